// Everything shown from the first tap on "scan" to the check code; loaded when it is needed.
import '../ui/later-icons.ts';
import './claim-page.ts';
import './link-page.ts';
import './scan-page.ts';
