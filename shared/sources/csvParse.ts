/** The CSV parser. The build replaces this file by a self-contained bundle, so it imports nothing else. */
export { parse } from 'csv-parse';
export type { CsvError, Parser } from 'csv-parse';
