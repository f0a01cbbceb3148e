import { placesOf, SharedNames, type FieldFingerprints } from '../core/fingerprint';
import type { Change } from '../core/record';
import type { Member, Offer } from '../core/member';
import type { Entry } from './entry';

/**
 * The packed form of members and offers. One entry: flags byte, key text, then by flag the record
 * fingerprint (8 bytes), destination id, previous key, and the field fingerprints as (field number, 6 bytes).
 * Texts are UTF-8 behind a varint length. Field numbers come from the sync's field list.
 */
const hasFingerprint = 1;
const isLeaving = 2;
const hasId = 4;
const hasPreviousKey = 8;
const isRedelivered = 16;
const changeShift = 5;
const changeMask = 3;
const isReplay = 128;
const changes: readonly Change[] = ['added', 'changed', 'removed'];

/** Field name ↔ number, growing as new fields appear. */
export interface FieldList {
	readonly names: readonly string[];
	numberOf(name: string): number;
}

export function fieldList(stored: readonly string[]): FieldList {
	const names = [...stored];
	const numbers = new Map(names.map((name, number) => [name, number]));
	return {
		names,
		numberOf(name) {
			const known = numbers.get(name);
			if (known !== undefined) return known;
			numbers.set(name, names.length);
			return names.push(name) - 1;
		},
	};
}

export interface Packer {
	member(member: Member): void;
	offer(offer: Offer): void;
	/** Bytes packed since the last take. */
	readonly length: number;
	take(): Buffer;
}

/** Packs entries one behind the other into a growing buffer. */
export function packer(fields: FieldList): Packer {
	const write = writer();
	const entry = (value: Entry) => {
		write.byte(flagsOf(value));
		write.text(value.key);
		if (value.fingerprint !== undefined) write.fingerprint(value.fingerprint);
		if (value.id !== undefined) write.text(value.id);
		if (value.previousKey !== undefined) write.text(value.previousKey);
		write.varint(value.fields.size);
		for (const [name, fingerprint] of value.fields) {
			write.varint(fields.numberOf(name));
			write.fieldFingerprint(fingerprint);
		}
	};
	return {
		member: ({ doubt, ...member }) => entry({ ...member, ...(doubt && { change: doubt }) }),
		offer: entry,
		get length() {
			return write.length();
		},
		take: write.take,
	};
}

function writer() {
	let buffer = Buffer.allocUnsafe(64 * 1024);
	let length = 0;

	const reserve = (bytes: number) => {
		if (length + bytes <= buffer.length) return;
		const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + bytes));
		buffer.copy(larger, 0, 0, length);
		buffer = larger;
	};
	const byte = (value: number) => {
		reserve(1);
		buffer[length++] = value;
	};
	const varint = (value: number) => {
		let rest = value;
		for (; rest > 127; rest >>>= 7) byte((rest & 127) | 128);
		byte(rest);
	};
	return {
		byte,
		varint,
		length: () => length,
		text(value: string) {
			const bytes = Buffer.byteLength(value);
			varint(bytes);
			reserve(bytes);
			length += buffer.write(value, length);
		},
		fingerprint(value: bigint) {
			reserve(8);
			length = buffer.writeBigUInt64LE(value, length);
		},
		fieldFingerprint(value: number) {
			reserve(6);
			length = buffer.writeUIntLE(value, length, 6);
		},
		take() {
			const taken = Buffer.from(buffer.subarray(0, length));
			length = 0;
			return taken;
		},
	};
}

function flagsOf(entry: Entry): number {
	return (
		(entry.fingerprint === undefined ? 0 : hasFingerprint) |
		(entry.leaving ? isLeaving : 0) |
		(entry.id === undefined ? 0 : hasId) |
		(entry.previousKey === undefined ? 0 : hasPreviousKey) |
		(entry.redelivered ? isRedelivered : 0) |
		(entry.replay ? isReplay : 0) |
		((entry.change ? changes.indexOf(entry.change) + 1 : 0) << changeShift)
	);
}

/**
 * Reads the entries of buffers whose fields go by these names; entries with the same fields share the names.
 * Throws RangeError when the bytes end in the middle of one.
 */
export function unpacker(names: readonly string[]): (buffer: Buffer) => Generator<Entry> {
	const readFields = fieldReader(names);
	return function* (buffer) {
		for (let at = 0; at < buffer.length;) {
			const { entry, end } = readEntry(buffer, at, readFields);
			at = end;
			yield entry;
		}
	};
}

type Reader = ReturnType<typeof reader>;

function fieldReader(names: readonly string[]) {
	let last: readonly number[] = [];
	let places = placesOf([]);
	const nameOf = (number: number) => {
		const name = names[number];
		if (name === undefined) throw new RangeError('The packed entry names an unknown field');
		return name;
	};
	return (read: Reader): FieldFingerprints => {
		const count = read.varint();
		const numbers = new Array<number>(count);
		const prints = new Array<number>(count);
		for (let at = 0; at < count; at++) {
			numbers[at] = read.varint();
			prints[at] = read.fieldFingerprint();
		}
		if (count !== last.length || numbers.some((number, at) => number !== last[at])) {
			places = placesOf(numbers.map(nameOf));
			last = numbers;
		}
		return new SharedNames(places, prints);
	};
}

function readEntry(buffer: Buffer, start: number, readFields: (read: Reader) => FieldFingerprints) {
	const read = reader(buffer, start + 1);
	const flags = buffer.readUInt8(start);
	const change = changes[((flags >> changeShift) & changeMask) - 1];
	const key = read.text();
	const fingerprint = flags & hasFingerprint ? read.fingerprint() : undefined;
	const id = flags & hasId ? read.text() : undefined;
	const previousKey = flags & hasPreviousKey ? read.text() : undefined;
	const fields = readFields(read);
	const entry: Entry = {
		key,
		fields,
		leaving: (flags & isLeaving) !== 0,
		redelivered: (flags & isRedelivered) !== 0,
		...((flags & isReplay) !== 0 && { replay: true }),
		...(change && { change }),
		...(fingerprint !== undefined && { fingerprint }),
		...(id !== undefined && { id }),
		...(previousKey !== undefined && { previousKey }),
	};
	return { entry, end: read.end() };
}

function reader(buffer: Buffer, start: number) {
	let at = start;
	const varint = () => {
		let value = 0;
		for (let shift = 0; ; shift += 7) {
			const byte = buffer.readUInt8(at++);
			value |= (byte & 127) << shift;
			if (byte < 128) return value;
		}
	};
	return {
		varint,
		end: () => at,
		text() {
			const bytes = varint();
			if (at + bytes > buffer.length) throw new RangeError('The packed entry is cut off');
			at += bytes;
			return buffer.toString('utf8', at - bytes, at);
		},
		fingerprint() {
			at += 8;
			return buffer.readBigUInt64LE(at - 8);
		},
		fieldFingerprint() {
			at += 6;
			return buffer.readUIntLE(at - 6, 6);
		},
	};
}
