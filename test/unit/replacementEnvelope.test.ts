import { marksOf } from '../../shared/core/unchanged';
import { fieldOf, industries, replaceOne } from './replacementFixture';

const rows = [
	['country', 'CH', 'Switzerland'],
	['country', 'SUI', 'Switzerland'],
] as const;
const receipt = { scope: 's', run: '1', key: '["CH"]' };

describe('the envelope of a replaced record', () => {
	it('design:R2 keeps what it does not concern, and replaces the key the same way as the record', () => {
		const envelope = {
			change: 'changed',
			key: { id: 1, country: 'CH' },
			previousKey: { id: 1, country: 'DE' },
			changedFields: ['name'],
			unchanged: marksOf({ country: 'CH', note: 'x' }, ['country', 'note']),
			id: 'guid',
			receipt,
		} as const;
		const outcome = replaceOne(rows, { id: 1, country: 'CH', name: 'a' }, {}, envelope);
		expect(outcome.record).toEqual({ id: 1, country: 'Switzerland', name: 'a' });
		expect(outcome.envelope).toEqual({
			...envelope,
			key: { id: 1, country: 'Switzerland' },
			unchanged: marksOf(outcome.record, ['country']),
		});
		expect(envelope.key.country).toBe('CH');
	});

	it('design:R10 two spellings of one new value are no rename', () => {
		const envelope = {
			change: 'changed',
			key: { country: 'CH' },
			previousKey: { country: 'SUI' },
		} as const;
		expect(replaceOne(rows, { country: 'CH' }, {}, envelope).envelope).toEqual({
			change: 'changed',
			key: { country: 'Switzerland' },
		});
	});

	it.each(['removed', 'hold'] as const)(
		'design:R8 a record that is %s gets the same key as before, or it would not be found',
		(change) => {
			const envelope = { change, key: { country: 'CH' }, receipt };
			expect(replaceOne(rows, { country: 'CH' }, {}, envelope)).toMatchObject({
				record: { country: 'Switzerland' },
				envelope: { change, key: { country: 'Switzerland' }, receipt },
			});
		},
	);

	it.each(['keep', 'clear', 'setTo'] as const)(
		'design:R8 a value without a rule never takes a key away (%s)',
		(kind) => {
			const whenUnmatched = kind === 'setTo' ? { kind, value: 'Accounting' } : { kind };
			const destination = [fieldOf('industry', 'choice', industries)];
			const envelope = { change: 'removed', key: { industry: 'X' } } as const;
			const outcome = replaceOne(
				[['industry', 'A', 'Accounting']],
				{ industry: 'X' },
				{ whenUnmatched, destination },
				envelope,
			);
			expect(outcome.record).toEqual({ industry: 'X' });
			expect(outcome.envelope).toEqual(envelope);
			expect(outcome.unmatched[0].reason).toContain(
				"it was kept, because it is part of the record's key.",
			);
		},
	);

	it('design:3 a field left out is no changed field any more, and the warning joins earlier ones', () => {
		const destination = [fieldOf('industry', 'choice', industries)];
		const envelope = {
			change: 'changed',
			changedFields: ['industry', 'name'],
			unchanged: marksOf({ industry: 'X', name: 'b' }, ['industry', 'name']),
			warnings: ['"name" was cut.'],
		} as const;
		const outcome = replaceOne(
			[['industry', 'A', 'Accounting']],
			{ industry: 'X', name: 'a' },
			{ destination },
			envelope,
		);
		expect(outcome.record).toEqual({ name: 'a' });
		expect(outcome.envelope).toEqual({
			change: 'changed',
			changedFields: ['name'],
			unchanged: {},
			warnings: [
				'"name" was cut.',
				expect.stringContaining('"industry" was left out: it is named'),
			],
		});
	});

	it('design:R8 a hold is not sent, so nothing about its values is reported', () => {
		const outcome = replaceOne(rows, { country: 'X' }, {}, { change: 'hold', reason: 'filtered' });
		expect(outcome).toMatchObject({
			unmatched: [],
			envelope: { change: 'hold', reason: 'filtered' },
		});
		expect(outcome.envelope?.warnings).toBeUndefined();
	});
});
