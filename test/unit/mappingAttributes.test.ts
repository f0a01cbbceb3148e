import type { Destination } from '../../shared/core/mapping/destination';
import { customAttributes } from '../../shared/core/mapping/attributes';
import type { SyncRecord } from '../../shared/core/record';
import { destination, field, toField } from './mappingDestinationFixture';
import { key, mapAll } from './mappingFixture';

const records: SyncRecord[] = [
	{ id: 1, loyaltyPoints: 12, Favourite: 'Bern' },
	{ id: 2, loyaltyPoints: 1.5 },
];

async function attributes(names: readonly string[], to?: Destination, of = records) {
	return await customAttributes(names, of, {
		destination: to,
		readsText: false,
		converterTo: (one) => toField(one),
	});
}

describe('custom attributes', () => {
	it('design:7 pass under the same name and ask for a column with the type of all values', async () => {
		const list = await attributes(['loyaltyPoints', 'Favourite', 'nowhere'], destination());
		const [first, second] = mapAll([key], records, {
			customAttributes: list,
			whenEmpty: 'leaveOut',
		});
		const newFields = [
			{ name: 'loyaltyPoints', type: 'decimal' },
			{ name: 'Favourite', type: 'string', length: 100 },
			{ name: 'nowhere', type: 'string', length: 100 },
		];
		expect(first).toMatchObject({
			record: { key: 1, loyaltyPoints: 12, Favourite: 'Bern' },
			envelope: { newFields },
		});
		expect(second).toMatchObject({
			record: { key: 2, loyaltyPoints: 1.5 },
			envelope: { newFields },
		});
	});

	it.each(['crm_loyaltypoints', 'new_LoyaltyPoints', 'abc1_loyalty_points', 'loyaltypoints'])(
		'design:7 run 2 reuses the column %s and asks for nothing',
		async (name) => {
			const list = await attributes(
				['loyaltyPoints'],
				destination(field(name, { type: 'integer' })),
			);
			expect(list[0].newField).toBeUndefined();
			const outcomes = mapAll([key], records, { customAttributes: list });
			expect(outcomes[0]).toMatchObject({ record: { [name]: 12 }, envelope: undefined });
			expect(outcomes[1]).toMatchObject({
				record: { [name]: 2 },
				envelope: { warnings: ['Custom attribute "loyaltyPoints" was rounded from 1.5 to 2.'] },
			});
		},
	);

	it('design:7 the numbered address columns are not taken for custom ones', async () => {
		const list = await attributes(['city'], destination(field('address1_city')), [
			{ city: 'Bern' },
		]);
		expect(list[0].newField).toMatchObject({ name: 'city' });
	});

	it('design:7 two columns of one name are refused, naming both', async () => {
		const two = destination(field('crm_points'), field('new_points'));
		await expect(attributes(['points'], two)).rejects.toThrow(
			/"points": .* has "crm_points" and "new_points"/u,
		);
	});

	it('design:7 a column nobody may write is refused, and one for new records is insert-only', async () => {
		const closed = field('new_points', { creatable: false, updatable: false });
		await expect(attributes(['points'], destination(closed))).rejects.toThrow('nobody may write');
		const list = await attributes(
			['loyaltyPoints'],
			destination(field('loyaltypoints', { updatable: false })),
		);
		const [outcome] = mapAll([key], records, { customAttributes: list });
		expect(outcome.envelope).toEqual({ insertOnly: ['loyaltypoints'] });
	});

	it('sync:T2 a custom attribute and a mapping must not feed one field', async () => {
		const list = await attributes(['Favourite']);
		expect(() => mapAll([key, ['Favourite', 'x']], records, { customAttributes: list })).toThrow(
			'fed twice: by mapping 2 ("Favourite") and by custom attribute "Favourite"',
		);
	});

	it('n8n:T-12 without names the records are not looked at', async () => {
		const untouchable = [
			new Proxy(
				{},
				{
					get: () => {
						throw new Error('read');
					},
				},
			),
		] as SyncRecord[];
		expect(await attributes([], undefined, untouchable)).toEqual([]);
	});
});
