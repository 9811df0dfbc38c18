declare module 'qr-scanner/qr-scanner-worker.min.js?decoder';
