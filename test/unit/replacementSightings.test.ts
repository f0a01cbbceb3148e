import { SyncError } from '../../shared/core/errors';
import { replacer } from '../../shared/core/replacement';
import { replacements, type Row } from './replacementFixture';

describe('a rule whose field is in no record', () => {
	const rows: Row[] = [
		['country', 'CH', 'x'],
		['Country', 'CH', 'x'],
	];
	const after = (
		...inputs: ReadonlyArray<Parameters<ReturnType<typeof replacer>['replace']>[0]>
	) => {
		const run = replacer(replacements(rows));
		for (const input of inputs) run.replace(input);
		return run;
	};

	it('sync:T5 is refused, naming row and field', () => {
		const run = after({ record: { id: 1, country: 'x' } }, { record: { id: 2 } });
		expect(() => run.checkFieldsSeen()).toThrow(
			'Rule 2 ("Country") names a field that no record has',
		);
		expect(() =>
			after({ record: { Country: null } }, { record: { country: 1 } }).checkFieldsSeen(),
		).not.toThrow();
	});

	it.each(['hold', 'removed', 'added', 'changed'] as const)(
		'design:R8 is not proven by a record that is %s: it may be a key alone, or what changed',
		(change) => {
			const run = after({ record: { id: 1, country: 'x' }, envelope: { change } });
			expect(() => run.checkFieldsSeen()).not.toThrow();
			expect(run.unseenFields()).toEqual(['Country']);
		},
	);
});

describe('a field of a rule that no record has', () => {
	const rules: readonly Row[] = [
		['absent', 'a', 'b'],
		['absent', 'c', 'd'],
	];

	it('sync:T5 is refused with the names the records have, and the first of its rules', () => {
		const run = replacer(replacements(rules));
		run.replace({ record: { one: 1, two: 2 } });
		run.replace({ record: { three: 3 } });
		expect(() => run.checkFieldsSeen()).toThrow(
			expect.objectContaining({
				message: 'Rule 1 ("absent") names a field that no record has',
				details: expect.objectContaining({
					hint: 'Correct the name (upper and lower case count) or delete the row. The records have: one, two, three.',
				}) as unknown,
			}),
		);
	});

	it('sync:T5 a list of names is cut after twenty, and records without fields are said to have none', () => {
		const run = replacer(replacements(rules));
		const names = Array.from({ length: 23 }, (_, index) => `f${index}`);
		run.replace({ record: Object.fromEntries(names.map((name) => [name, 1])) });
		expect(hintOf(run)).toContain('f18, f19 and 3 more.');
		expect(hintOf(run)).not.toContain('f20');

		const exactly = replacer(replacements(rules));
		exactly.replace({ record: Object.fromEntries(names.slice(0, 20).map((name) => [name, 1])) });
		expect(hintOf(exactly)).toMatch(/f19\.$/u);

		const bare = replacer(replacements(rules));
		bare.replace({ record: {} });
		expect(hintOf(bare)).toContain('The records have: no fields.');
	});

	function hintOf(run: { checkFieldsSeen(): void }): string | undefined {
		try {
			run.checkFieldsSeen();
		} catch (error) {
			return error instanceof SyncError ? error.details.hint : String(error);
		}
		return undefined;
	}
});
