import type { INodeParameters, OnError } from 'n8n-workflow';

import { useDataverse } from '../sandbox/useDataverse';
import type { MapperRow } from './fieldMapperFixture';
import { dynamicsMapper, hintTexts, runMapper } from './fieldMapperFixture';

const org = useDataverse();

const key: MapperRow = ['crmsync_externalid', '={{ $json.id }}'];
const last: MapperRow = ['lastname', '={{ $json.last }}'];

async function map(
	rows: readonly MapperRow[],
	seed: Array<Record<string, unknown>>,
	more?: INodeParameters,
	onError?: OnError,
) {
	return await runMapper(dynamicsMapper(org, rows, more, onError), seed);
}

describe('Field Mapper with a known destination', () => {
	it('sync:T4 converts into the types of the table, and says what was changed', async () => {
		const rows: MapperRow[] = [
			['creditlimit', '={{ $json.limit }}'],
			['birthdate', '={{ $json.born }}'],
			['gendercode', '={{ $json.gender }}'],
			['donotemail', '={{ $json.no }}'],
			last,
			key,
		];
		const run = await map(rows, [
			{
				id: 'A',
				last: 'Ada',
				limit: '12.50',
				born: '1815-12-10T00:00:00',
				gender: 'female',
				no: 'yes',
			},
			{ id: 'B', last: 'Bob', limit: '1.23456', born: '', gender: 2, no: 0 },
		]);
		expect(run.records('Mapper')).toEqual([
			{
				crmsync_externalid: 'A',
				creditlimit: 12.5,
				birthdate: '1815-12-10',
				gendercode: 2,
				donotemail: true,
				lastname: 'Ada',
			},
			{
				crmsync_externalid: 'B',
				creditlimit: 1.23,
				birthdate: null,
				gendercode: 2,
				donotemail: false,
				lastname: 'Bob',
				_sync: { warnings: ['Mapping 1 ("creditlimit") was rounded from "1.23456" to 1.23.'] },
			},
		]);
		expect(Object.keys(run.records('Mapper')[0])[0]).toBe('crmsync_externalid');
		expect(hintTexts(run)).toEqual([
			'2 mapped, 0 rejected.',
			'1 value was changed or left out. "creditlimit" 1, the first: Mapping 1 ("creditlimit") was rounded from "1.23456" to 1.23.',
		]);
	});

	it('sync:T45 key forms that mean one record arrive as one', async () => {
		const more = { keyFields: 'contactid' };
		const guid = 'A0A0A0A0-0000-4000-8000-00000000000A';
		const run = await map(
			[['contactid', '={{ $json.id }}'], last],
			[
				{ id: `{${guid}}`, last: 'a' },
				{ id: guid.toLowerCase(), last: 'a' },
			],
			more,
		);
		const [one, other] = run.records('Mapper');
		expect(one.contactid).toBe(other.contactid);
	});

	it.each([
		['convert', [], 'is "soon", which is not'],
		['leaveOut', [{ crmsync_externalid: 'A', lastname: 'Ada' }], 'was left out: it is "soon"'],
		['reject', [], 'is "soon", which is not'],
	])('sync:T4 When a Value Does Not Fit: %s', async (whenUnfit, mapped, said) => {
		const run = await map(
			[key, last, ['birthdate', '={{ $json.born }}']],
			[{ id: 'A', last: 'Ada', born: 'soon' }],
			{ options: { whenUnfit } },
		);
		const [record] = run.records('Mapper');
		if (mapped.length > 0) {
			expect(record).toMatchObject(mapped[0]);
			expect(record).not.toHaveProperty('birthdate');
			expect(run.items('Mapper', 1)).toEqual([]);
		} else {
			expect(record).toMatchObject({ crmsync_externalid: 'A', _sync: { change: 'hold' } });
			expect(run.records('Mapper', 1)).toMatchObject([{ born: 'soon' }]);
		}
		expect(JSON.stringify(record._sync).replaceAll('\\"', '"')).toContain(said);
	});

	it('sync:T43 one source, two targets, settings of their own; a row that is off is not even checked', async () => {
		const rows: MapperRow[] = [
			key,
			last,
			['firstname', '={{ $json.text }}', { whenUnfit: 'leaveOut' }],
			['jobtitle', '={{ $json.text }}', { onlyIfEmpty: true }],
			['no_such_field', '={{ $json.text.no.such.thing() }}', { enabled: false }],
			['fax', '={{ $json.none }}', { defaultValue: '={{ $json.last }}!' }],
			['websiteurl', '={{ $json.none }}', { whenEmpty: 'leaveOut' }],
		];
		const text = 'x'.repeat(60);
		const run = await map(rows, [{ id: 'A', last: 'Ada', text }]);
		expect(run.records('Mapper')).toEqual([
			{
				crmsync_externalid: 'A',
				lastname: 'Ada',
				jobtitle: text,
				fax: 'Ada!',
				_sync: {
					onlyIfEmpty: ['jobtitle'],
					warnings: [expect.stringContaining('Mapping 3 ("firstname") was left out')],
				},
			},
		]);
	});

	it('design:7 Cut Long Text cuts with a warning instead of refusing', async () => {
		const rows: MapperRow[] = [key, ['lastname', '={{ $json.last }}']];
		const seed = [{ id: 'A', last: 'y'.repeat(80) }];
		expect((await map(rows, seed)).records('Mapper', 1)).toHaveLength(1);
		const [record] = (await map(rows, seed, { options: { cutLongText: true } })).records('Mapper');
		expect(record).toMatchObject({
			lastname: 'y'.repeat(50),
			_sync: { warnings: [expect.stringContaining('was cut')] },
		});
	});

	it('design:7 Time Zone says what a time without one means', async () => {
		const rows: MapperRow[] = [key, last, ['birthdate', '={{ $json.born }}']];
		const seed = [{ id: 'A', last: 'a', born: '2026-01-01T23:30:00Z' }];
		const day = async (timeZone: string) =>
			(await map(rows, seed, { options: { timeZone } })).records('Mapper')[0].birthdate;
		expect(await day('UTC')).toBe('2026-01-01');
		expect(await day('Europe/Berlin')).toBe('2026-01-02');
		const wrong = await map(rows, seed, { options: { timeZone: 'Mars/Olympus' } });
		expect(wrong.error?.message).toContain('"Mars/Olympus" is not a time zone');
	});

	it('sync:T2 two sources to one target are refused, naming both rows', async () => {
		const run = await map([key, last, ['lastname', 'x']], [{ id: 'A' }]);
		expect(run.error?.message).toBe(
			'Destination field "lastname" is fed twice: by mapping 2 ("lastname") and by mapping 3 ("lastname").',
		);
	});

	it.each<[string, MapperRow[], INodeParameters, string]>([
		[
			'an unknown field',
			[key, ['lastnam', 'x']],
			{},
			'Mapping 2 ("lastnam"): Dynamics 365 contact has no field',
		],
		['a read-only field', [key, ['fullname', 'x']], {}, 'does not let anybody write "Full Name"'],
		['a fixed value that cannot fit', [key, ['birthdate', 'x']], {}, 'the fixed value is "x"'],
		['an unmapped key', [last], {}, 'Key field "crmsync_externalid" is not mapped.'],
		[
			'missing required fields',
			[key],
			{ options: { requireRequired: true } },
			'requires Last Name (lastname)',
		],
	])('design:7 refused before the first record: %s', async (_, rows, more, message) => {
		const run = await map(rows, [{ id: 'A' }], more);
		expect(run.status).toBe('error');
		expect(run.error?.message).toContain(message);
		expect(run.error).toMatchObject({ description: expect.stringMatching(/\w/u) });
	});

	it('design:7 required fields that nobody feeds are named, and the records still go on', async () => {
		const run = await map([key], [{ id: 'A' }]);
		expect(run.records('Mapper')).toEqual([{ crmsync_externalid: 'A' }]);
		expect(hintTexts(run)[1]).toBe(
			'Dynamics 365 contact requires Last Name (lastname) for a new record, and no mapping feeds it. Add a mapping, unless the destination only updates records.',
		);
	});

	it('design:7 custom attributes: new ones ask for a column, existing ones use it', async () => {
		const more = { options: { customAttributes: 'interests, shoeSize' } };
		const run = await map(
			[key, last],
			[
				{ id: 'A', last: 'a', interests: ['Hiking'], shoeSize: 37 },
				{ id: 'B', last: 'b', interests: '', shoeSize: 41.5 },
			],
			more,
		);
		expect(run.records('Mapper')).toEqual([
			{
				crmsync_externalid: 'A',
				lastname: 'a',
				crmsync_interests: [expect.any(Number)],
				shoeSize: 37,
				_sync: { newFields: [{ name: 'shoeSize', type: 'decimal' }] },
			},
			expect.objectContaining({ crmsync_interests: null, shoeSize: 41.5 }),
		]);
	});
});
