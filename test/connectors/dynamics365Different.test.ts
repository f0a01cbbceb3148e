import type { WriteRecord } from '../../shared/connectors/connector';
import { comparison } from '../../shared/connectors/dynamics365/compare';
import { isReadable, toColumn } from '../../shared/connectors/dynamics365/table';
import { useDataverse } from '../sandbox/useDataverse';
import {
	batchWrites,
	bulkCalls,
	connect,
	contacts,
	person,
	record,
	tally,
	writeAll,
} from './dynamics365Client';

const org = useDataverse();

const different = { ...contacts, onlyIfDifferent: true };
const bookings = {
	...different,
	objectName: 'crmsync_booking',
	keyFields: ['crmsync_reference'],
};
const sentTargets = () =>
	bulkCalls(org).flatMap(
		({ body }) => (JSON.parse(body) as { Targets: Array<Record<string, unknown>> }).Targets,
	);
const sentFields = () =>
	sentTargets().map((target) =>
		Object.keys(target)
			.filter((name) => !name.startsWith('@') && !/^(contact|crmsync_booking)id$/.test(name))
			.sort(),
	);

describe('only if different', () => {
	const stored = () => {
		const accountId = org.insert('account', { name: 'A', accountnumber: 'P1' });
		org.insert('crmsync_booking', {
			crmsync_reference: 'a',
			crmsync_name: 'Booking',
			crmsync_number: 5,
			crmsync_weight: 1.25,
			crmsync_amount: 10.5,
			crmsync_confirmed: true,
			crmsync_channel: 935_350_001,
			crmsync_extras: '935350000,935350002',
			crmsync_departure: '2026-05-04T10:00:00Z',
			crmsync_day: '2026-05-04',
			crmsync_bookedon: '2026-05-04T10:00:00Z',
			'crmsync_AccountId@odata.bind': `/accounts(${accountId})`,
		});
		return accountId;
	};
	const write = async (values: WriteRecord['values']) =>
		(await writeAll(connect(org), bookings, [record({ crmsync_reference: 'a' }, values)]))
			.results[0];

	test('every type in another form of the same value is unchanged, and nothing is sent (dataverse:2.3)', async () => {
		const accountId = stored();
		const result = await write({
			// The collation does not see trailing spaces (U-25).
			crmsync_name: 'Booking  ',
			crmsync_number: 5,
			crmsync_weight: 1.2499999,
			crmsync_amount: 10.5,
			crmsync_confirmed: true,
			crmsync_channel: 935_350_001,
			crmsync_extras: [935_350_002, 935_350_000],
			// Stored as sent, whatever the offset says; user-local times are instants of whole seconds.
			crmsync_departure: '2026-05-04T10:00:00+02:00',
			crmsync_day: '2026-05-04',
			crmsync_bookedon: '2026-05-04T12:00:00.400+02:00',
			crmsync_accountid: `{${accountId.toUpperCase()}}`,
		});
		expect(result.status).toBe('unchanged');
		expect(bulkCalls(org)).toEqual([]);
		expect(batchWrites(org)).toEqual([]);
	});

	test.each([
		['crmsync_name', 'booking', 'crmsync_name'],
		['crmsync_number', 6, 'crmsync_number'],
		['crmsync_weight', 1.26, 'crmsync_weight'],
		['crmsync_confirmed', false, 'crmsync_confirmed'],
		['crmsync_channel', 935_350_000, 'crmsync_channel'],
		['crmsync_extras', [935_350_000], 'crmsync_extras'],
		['crmsync_departure', '2026-05-04T10:00:01Z', 'crmsync_departure'],
		['crmsync_day', '2026-05-05', 'crmsync_day'],
		['crmsync_bookedon', '2026-05-04T10:00:00+02:00', 'crmsync_bookedon'],
		['crmsync_accountid', null, 'crmsync_AccountId'],
		['crmsync_amount', null, 'crmsync_amount'],
	])('%s: %j differs, and goes alone', async (field, value, column) => {
		stored();
		const result = await write({ crmsync_number: 5, crmsync_name: 'Booking', [field]: value });
		expect(result.status).toBe('updated');
		expect(sentFields()).toEqual([[column]]);
	});

	test('nothing and empty text are equal; a lookup by key is compared by the row it names', async () => {
		org.insert('account', { name: 'A', accountnumber: 'P1' });
		const other = org.insert('account', { name: 'B', accountnumber: 'P2' });
		const values = {
			crmsync_name: 'A',
			crmsync_weight: null,
			crmsync_accountid: { key: { accountnumber: 'P1' } },
		};
		expect((await write(values)).status).toBe('created');
		expect((await write(values)).status).toBe('unchanged');
		const moved = { ...values, crmsync_accountid: { key: { accountnumber: 'P2' } } };
		expect((await write(moved)).status).toBe('updated');
		expect(org.rows('crmsync_booking')[0]._crmsync_accountid_value).toBe(other);
		expect(sentFields().at(-1)).toEqual(['crmsync_AccountId@odata.bind']);
	});

	test('our own write comes back: unchanged, however often (sync:T66)', async () => {
		const people = Array.from({ length: 30 }, (_, n) => person(`k${n}`));
		const first = await writeAll(connect(org), different, people);
		expect(tally(first.results)).toEqual({ created: 30 });
		const calls = bulkCalls(org).length;
		for (let run = 0; run < 3; run++) {
			const { results } = await writeAll(connect(org), different, people);
			expect(tally(results)).toEqual({ unchanged: 30 });
			expect(results[0].id).toBe(first.results[0].id);
		}
		expect(bulkCalls(org)).toHaveLength(calls);
	});
});

test('what cannot be read is not asked for, and always sent (dataverse:2.2 row 2)', () => {
	const column = (name: string, more: object) =>
		toColumn({ LogicalName: name, AttributeType: 'String', ...more });
	const columns = new Map(
		[
			column('plain', { IsValidForRead: true }),
			column('secret', { IsValidForRead: false }),
			column('to', { AttributeType: 'PartyList' }),
		].map((each) => [each.name, each]),
	);
	expect([...columns.keys(), 'absent'].map((name) => isReadable({ columns }, name))).toEqual([
		true,
		false,
		false,
		false,
	]);
	const sent = { plain: 'a', secret: 'b' };
	const { different } = comparison({ columns }, { parentId: () => undefined });
	expect(different(sent, { plain: 'a ' })).toEqual({ secret: 'b' });
});

describe('adopting a filled destination', () => {
	const count = 1000;
	const rows = () =>
		Array.from({ length: count }, (_, n) =>
			org.insert('contact', { lastname: `Name k${n}`, crmsync_externalid: `k${n}` }),
		);
	const all = (more: Partial<WriteRecord>) =>
		Array.from({ length: count }, (_, n) =>
			person(`k${n}`, { lastname: n < 5 ? 'New' : `Name k${n}` }, { change: 'added', ...more }),
		);

	test('reads in pages and writes the true differences only; requests are counted (sync:A36)', async () => {
		const ids = rows();
		let requests = 0;
		const { results } = await writeAll(connect(org), contacts, all({ adopt: true }), {
			onRequest: () => (requests += 1),
		});
		expect(tally(results)).toEqual({ updated: 5, unchanged: count - 5 });
		expect(results.map(({ id }) => id)).toEqual(ids);
		expect(sentFields()).toEqual(Array(5).fill(['lastname']));
		const apart = org.log.filter(({ url }) => !url.includes('/oauth2/'));
		expect(requests).toBe(apart.length);
		// Metadata, one read per batch of 100, one write.
		expect(requests).toBeLessThanOrEqual(20);
	});

	test('only records that say so are compared', async () => {
		org.insert('contact', { lastname: 'Same', crmsync_externalid: 'a' });
		org.insert('contact', { lastname: 'Same', crmsync_externalid: 'b' });
		const { results } = await writeAll(connect(org), contacts, [
			person('a', { lastname: 'Same' }, { adopt: true }),
			person('b', { lastname: 'Same' }),
		]);
		expect(results.map(({ status }) => status)).toEqual(['unchanged', 'updated']);
	});

	test('create only: a row that is the same is taken as it is, another one is a duplicate (design:R11)', async () => {
		org.insert('contact', { lastname: 'Same', crmsync_externalid: 'a' });
		org.insert('contact', { lastname: 'Other', crmsync_externalid: 'b' });
		const { results } = await writeAll(connect(org), { ...contacts, writeMode: 'insert' }, [
			person('a', { lastname: 'Same' }, { adopt: true }),
			person('b', { lastname: 'Same' }, { adopt: true }),
		]);
		expect(results.map(({ status }) => status)).toEqual(['unchanged', 'rejected']);
	});
});
