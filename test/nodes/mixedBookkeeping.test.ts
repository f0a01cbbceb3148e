/** Items that reach a writer with the bookkeeping of others, or were never compared. */
import { CrmSyncSalesforceOAuth2Api } from '../../credentials/CrmSyncSalesforceOAuth2Api.credentials';
import { useSalesforce } from '../sandbox/useSalesforce';
import { salesforceNode } from './crashSalesforceNode';
import { useDataverse } from '../sandbox/useDataverse';
import { map, refusals } from './droppedFixture';
import { testNode } from './engine';
import { airport, airports, diffNode, runLine, writerNode } from './syncFixture';

const org = useDataverse();
const sf = useSalesforce();
let name = '';
let count = 0;
beforeEach(() => {
	name = `mixed-${(count += 1)}`;
	org.reset();
});

const codes = () =>
	org.rows('account').flatMap(({ accountnumber }) => (accountnumber ? [accountnumber] : []));
const line = () => [diffNode(name), writerNode(org)];

describe('rows that are not of the sync', () => {
	const more = {
		name: 'More',
		type: testNode('more', async () => [[{ json: airport('MORE'), pairedItem: [] }]]),
	};

	it('design:R2 among compared ones are refused', async () => {
		const merge = {
			name: 'Merge',
			type: testNode(
				'merge',
				async function () {
					return [
						[0, 1].flatMap((input) =>
							this.getInputData(input).map((own, item) => ({
								...own,
								pairedItem: { item, input },
							})),
						),
					];
				},
				{ inputs: ['main', 'main'] },
			),
		};
		const wires = [
			{ from: 'Seed', to: 'Diff' },
			{ from: 'Seed', to: 'More' },
			{ from: 'Diff', to: 'Merge' },
			{ from: 'More', to: 'Merge', input: 1 },
			{ from: 'Merge', to: 'Writer' },
		];
		const nodes = [diffNode(name), more, merge, writerNode(org)];
		const run = await runLine(nodes, airports(2), { wires });
		expect(codes()).toEqual(['C100', 'C101']);
		expect(refusals(run)).toMatchObject([{ code: 'notCompared' }]);
		expect((await runLine(line(), airports(2))).items('Diff')).toEqual([]);
	});

	it('design:2 on a wire of their own to the same writer are written without a sync', async () => {
		const wires = [
			{ from: 'Seed', to: 'Diff' },
			{ from: 'Seed', to: 'More' },
			{ from: 'Diff', to: 'Writer' },
			{ from: 'More', to: 'Writer' },
		];
		await runLine([diffNode(name), more, writerNode(org)], airports(1), { wires });
		expect(codes().sort()).toEqual(['C100', 'MORE']);
	});

	it.each([
		['Written', 0, 0],
		['Summary', 0, 2],
		['Rejected', 1, 1],
	])('design:2 made from %s of a writer are written without a sync', async (_, refused, output) => {
		const log = map('Log', (items) =>
			items.map((__, item) => ({ json: { accountnumber: `LOG${item}` }, pairedItem: { item } })),
		);
		const second = { ...writerNode(org), name: 'Second' };
		const wires = [
			{ from: 'Seed', to: 'Diff' },
			{ from: 'Diff', to: 'Writer' },
			{ from: 'Writer', output, to: 'Log' },
			{ from: 'Log', to: 'Second' },
		];
		const rows = [airport('A', refused ? { name: 'x'.repeat(500) } : {})];
		await runLine([diffNode(name), writerNode(org), log, second], rows, { wires });
		expect(codes()).toContain('LOG0');
	});
});

describe('the bookkeeping of one record on another', () => {
	/** Merge by position, where the enrichment found nothing for the first record. */
	const shift = map('Shift', (items) =>
		items.slice(1).map(({ json }, item) => ({
			json: { ...json, _sync: items[item]!.json._sync },
			pairedItem: { item },
		})),
	);

	it('design:R2 is refused: what was never written is never accepted, and nothing is parked', async () => {
		let run = await runLine([diffNode(name), shift, writerNode(org)], airports(3));
		for (let again = 0; again < 3; again++)
			run = await runLine([diffNode(name), shift, writerNode(org)], airports(3));
		expect(codes()).toEqual([]);
		expect(refusals(run)).toMatchObject([{ code: 'otherRecord' }, { code: 'otherRecord' }]);
		await runLine(line(), airports(3));
		expect(codes().sort()).toEqual(['C100', 'C101', 'C102']);
	});

	it('design:R10 a key that a node spells otherwise, or computes, is no other record', async () => {
		const lower = (suffix: string) =>
			map('Lower', (items) =>
				items.map(({ json }, item) => ({
					json: { ...json, accountnumber: String(json.accountnumber).toLowerCase() + suffix },
					pairedItem: { item },
				})),
			);
		await runLine([diffNode(name), lower(''), writerNode(org)], airports(2));
		await runLine([diffNode(`${name}b`), lower('-x'), writerNode(org)], airports(2));
		expect(codes()).toEqual(['c100', 'c101', 'c100-x', 'c101-x']);
	});
});

describe('a removal whose record has the key of the sync and not that of the writer', () => {
	const diff = () => diffNode(name, { parameters: { keyFields: 'name' } });

	it('design:R10 goes by the id the sync knows; several of them are told apart', async () => {
		await runLine([diff(), writerNode(org)], airports(4));
		const preview = () => writerNode(org, { parameters: { action: 'preview' } });
		const shown = await runLine([diff(), preview()], airports(2));
		expect(shown.records('Writer', 2)[0]).toMatchObject({ deleted: 2 });
		const run = await runLine([diff(), writerNode(org)], airports(2));
		expect(run.records('Writer', 2)[0]).toMatchObject({ deleted: 2 });
		expect(codes()).toEqual(['C100', 'C101']);
	});

	it.each(['upsert', 'insert'])('design:R10 in Salesforce too (%s)', async (writeMode) => {
		const rows = ['K1', 'K2', 'K3', 'K4'].map((code) => ({ Name: `Company ${code}`, code }));
		const strip = () =>
			map('Strip', (items) =>
				items.map(({ json: { code: _, ...json } }, item) => ({ json, pairedItem: { item } })),
			);
		const nodes = () => [
			diffNode(name, { parameters: { keyFields: 'code' } }),
			strip(),
			salesforceNode(sf, { writeMode, matchField: 'Name' }),
		];
		const types = { credentialTypes: [new CrmSyncSalesforceOAuth2Api()] };
		const first = await runLine(nodes(), rows, types);
		expect(first.records('Writer', 2)[0]).toMatchObject({ created: 4 });
		const run = await runLine(nodes(), rows.slice(2), types);
		expect(run.records('Writer', 2)[0]).toMatchObject({ deleted: 2 });
		const left = sf.rows('Account').map(({ Name }) => Name);
		expect(left).toEqual(expect.arrayContaining(['Company K3', 'Company K4']));
		expect(left).not.toContain('Company K1');
	});
});
