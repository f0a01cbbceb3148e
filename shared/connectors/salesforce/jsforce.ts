/** The parts of jsforce in use. The build replaces this file by a self-contained bundle, so it imports nothing else. */
export { Connection } from 'jsforce/lib/connection';
export { Transport } from 'jsforce/lib/transport';
export { StreamPromise } from 'jsforce/lib/util/promise';
