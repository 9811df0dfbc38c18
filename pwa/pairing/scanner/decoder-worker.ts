// The decoder that qr-scanner carries as text, as a module of its own: see build/qr-decoder-file.ts.
import 'qr-scanner/qr-scanner-worker.min.js?decoder';
