import { readIso } from '../core/conversion/isoText';
import { parseExactJson } from './exactJson';

/** Makes a value of what Postgres prints. */
export type Decoder = (printed: string) => unknown;

/** Type numbers of pg_type, which never change (https://www.postgresql.org/docs/current/catalog-pg-type.html). */
const decoders: ReadonlyMap<number, Decoder> = new Map<number, Decoder>([
	[16, (printed) => printed === 't'],
	[17, (printed) => Buffer.from(printed.slice(2), 'hex').toString('base64')],
	[21, number],
	[23, number],
	[700, number],
	[701, number],
	[114, parseExactJson],
	[3802, parseExactJson],
	[1184, instant],
]);

/**
 * The rule of types: smallint, integer, real and double precision are numbers; bigint and numeric are
 * text, exact to the last digit; boolean; timestamptz is a Date; json and jsonb are what they hold; arrays
 * are lists; bytea is base64 text. Everything else, dates and times without a zone too, is text as Postgres
 * prints it. `elements` names the element type of array types.
 */
export function decoderOf(type: number, elements: ReadonlyMap<number, number>): Decoder {
	const element = elements.get(type);
	if (element !== undefined) return listDecoder(decoderOf(element, new Map()));
	return decoders.get(type) ?? ((printed) => printed);
}

/** NaN and the infinities are no JSON: they stay text. */
function number(printed: string): unknown {
	const value = Number(printed);
	return Number.isFinite(value) ? value : printed;
}

/** Infinity, and years before 1 or after 9999, stay text. */
function instant(printed: string): unknown {
	const moment = readIso(printed);
	return moment?.offset === undefined ? printed : new Date(moment.local - moment.offset);
}

/** One token of an array as Postgres prints it: a bracket, a comma, a quoted or a plain element. */
const token = /[{},]|"((?:[^"\\]|\\[\s\S])*)"|[^{},"]+/gu;

/** {1,NULL,"a,b",{…}}, with or without its bounds ([0:2]=) before it. */
function listDecoder(decode: Decoder): Decoder {
	return (printed) => {
		const open: unknown[][] = [[]];
		for (const [text, quoted] of printed.slice(printed.indexOf('{')).matchAll(token)) {
			const list = open.at(-1) ?? [];
			if (text === '{') open.push([]);
			else if (text === '}') open.at(-2)?.push(open.pop());
			else if (quoted !== undefined) list.push(decode(quoted.replace(/\\([\s\S])/gu, '$1')));
			else if (text !== ',') list.push(text === 'NULL' ? null : decode(text));
		}
		return open[0]?.[0];
	};
}
