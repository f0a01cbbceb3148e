import * as fc from 'fast-check';
import { Expression } from 'n8n-workflow';
import type { INodeExecutionData } from 'n8n-workflow';

import { parseNames } from '../../shared/core/parsedParameter';
import { toPath } from '../../shared/core/path';
import { compileValue, parseRawParameter } from '../../shared/n8n/compiledParameter';

const engine = new Expression('UTC');

function evaluate(raw: string, json: object): unknown {
	return engine.resolveSimpleParameterValue(raw, { $json: json } as never);
}

/** Counts how often the engine had to help. */
function compiled(raw: unknown, json: object) {
	const engineCalls: string[] = [];
	const read = compileValue(
		{
			getInputData: () => [{ json } as INodeExecutionData],
			evaluateExpression: (text: string) => {
				engineCalls.push(text);
				return evaluate(`=${text}`, json) as never;
			},
		},
		raw,
	);
	return { value: read(0), engineCalls };
}

const name = fc.oneof(
	fc.constantFrom('iata', 'a b', 'ä', '$ref', '_x', 'é\u0301', "O'Hare", 'say "hi"', 'back\\slash'),
	fc.constantFrom('0', '7', 'length', 'a.b', 'a[0]', '', '{', '}', 'null', 'class', '$'),
	fc.string({ maxLength: 6 }),
);
const { value: jsonObject } = fc.letrec((tie) => ({
	value: fc.dictionary(name, tie('entry'), { maxKeys: 5, noNullPrototype: true }),
	entry: fc.oneof(
		{ maxDepth: 3 },
		fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
		fc.array(tie('entry'), { maxLength: 3 }),
		tie('value'),
	),
}));

/** Writes one step the way people and n8n's drag and drop write it. */
function written(part: string, style: number): string {
	const isWord = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(part);
	if (isWord && style % 3 === 0) return style % 2 === 0 ? `.${part}` : `?.${part}`;
	const optional = style % 5 === 0 ? '?.' : '';
	if (/^(0|[1-9]\d*)$/.test(part) && style % 2 === 0) return `${optional}[${part}]`;
	const quote = style % 2 === 0 ? "'" : '"';
	return `${optional}[${quote}${part.replace(/\\/g, '\\\\').replaceAll(quote, `\\${quote}`)}${quote}]`;
}

/** A path that mostly exists in the object. */
function pathIn(json: unknown, choices: readonly number[]): string[] {
	const path: string[] = [];
	let value: unknown = json;
	for (const choice of choices) {
		const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
		if (names.length === 0 || choice % 7 === 0) return [...path, 'missing'];
		path.push(names[choice % names.length]);
		value = (value as Record<string, unknown>)[path.at(-1)!];
	}
	return path;
}

const choices = fc.array(fc.nat(1000), { minLength: 1, maxLength: 4 });

describe('compiled parameters', () => {
	it('design:7 means what the expression means, for generated paths and records', () => {
		fc.assert(
			fc.property(jsonObject, choices, fc.nat(1000), (json, wanted, style) => {
				const path = pathIn(json, wanted);
				const raw = `={{ $json${path.map((part, at) => written(part, style + at)).join('')} }}`;
				let expected: unknown;
				try {
					expected = evaluate(raw, json as object);
				} catch {
					expect(() => compiled(raw, json as object)).toThrow();
					return;
				}
				const { value } = compiled(raw, json as object);
				expect(value ?? null).toEqual(expected ?? null);
			}),
			{ numRuns: 600 },
		);
	});

	it.each([
		['={{ $json.iata }}', ['iata']],
		['={{$json.iata}}', ['iata']],
		['={{ $json["a b"].c }}', ['a b', 'c']],
		["={{ $json['O\\'Hare'] }}", ["O'Hare"]],
		['={{ $json?.a?.b }}', ['a', 'b']],
		['={{ $json.a?.["b"]?.[0] }}', ['a', 'b', '0']],
		['={{\n\t$json.list[12].x\n}}', ['list', '12', 'x']],
		['={{ $json.größe }}', ['größe']],
	])('design:7 compiles %s', (raw, path) => {
		expect(parseRawParameter(raw)).toEqual({ kind: 'path', path });
		if (!raw.includes('?'))
			expect(toPath(raw.replace(/^=\{\{\s*\$json\.?|\s*\}\}$/g, ''))).toEqual(path);
	});

	it.each([
		'={{ $json }}',
		'={{ $json.name.toUpperCase() }}',
		'={{ $json.a + $json.b }}',
		'={{ $json.a }} ',
		'=Hello {{ $json.a }}',
		'={{ $json.a }}{{ $json.b }}',
		'={{ $json[$json.a] }}',
		'={{ $json[-1] }}',
		'={{ $json[01] }}',
		'={{ $json["a\\n"] }}',
		'={{ $jsonx.a }}',
		'={{ $json.a b }}',
		'={{ $json["}}"] }}',
		'={{ $json.__proto__ }}',
		'={{ $json["constructor"] }}',
		'={{ $json["a.constructor"] }}',
		'={{ $json.caller }}',
		'={{ $("Source").item.json.a }}',
	])('design:7 leaves %s to the engine', (raw) => {
		expect(parseRawParameter(raw)).toEqual({ kind: 'expression', text: raw.slice(1) });
	});

	it.each([
		['Acme', 'Acme'],
		['', ''],
		['=Acme', 'Acme'],
		['=', ''],
		[42, 42],
		[false, false],
		['={{ 5 }}', 5],
		['={{ -0.5 }}', -0.5],
		['={{ true }}', true],
		['={{ null }}', null],
		['={{ "it\'s" }}', "it's"],
	])('design:7 takes %p as the constant %p, as the engine does', (raw, value) => {
		expect(parseRawParameter(raw)).toEqual({ kind: 'constant', value });
		if (typeof raw === 'string') expect(evaluate(raw, {})).toEqual(value);
	});

	it('design:7 never asks the engine for a plain path, and does for a method', () => {
		expect(compiled('={{ $json.a.b }}', { a: { b: 1 } })).toEqual({ value: 1, engineCalls: [] });
		expect(() => compiled('={{ $json.a.trim }}', { a: 'x' })).toThrow('this is a function');
	});

	it('n8n:T-12 hands dates out as the ISO text the engine makes of them', () => {
		const json = { at: new Date('2026-01-02T03:04:05Z') };
		expect(compiled('={{ $json.at }}', json).value).toBe('2026-01-02T03:04:05.000Z');
	});
});

describe('field names', () => {
	it.each([
		['accountnumber', ['accountnumber']],
		[' a , b,,a ', ['a', 'b']],
		['={{ $json.iata }}', ['iata']],
		['={{ $json["a b"] }}, {{ $json.c }},d', ['a b', 'c', 'd']],
		['', []],
	])('reads %p as %p', (raw, names) => {
		expect(parseNames(raw)).toEqual(names);
	});

	it.each(['={{ $json.a.b }}', '={{ $json.a + "," }}', 7])('refuses %p', (raw) => {
		expect(parseNames(raw)).toBeUndefined();
	});
});
