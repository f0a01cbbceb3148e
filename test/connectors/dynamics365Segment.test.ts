import type { WriteTarget } from '../../shared/connectors/connector';
import { useDataverse } from '../sandbox/useDataverse';
import { connect, contacts, person, writeAll } from './dynamics365Client';

const org = useDataverse();

type Row = 'active' | 'inactive' | 'gone' | 'another';
type Step = readonly [outcome: string, row: Row];

/** The table of docs/nodes/dynamics-365-upsert.md: what leaving and coming back do. */
const cells: Array<
	[WriteTarget['writeMode'], WriteTarget['removedRecords'], left: Step, back: Step]
> = [
	['upsert', 'skip', ['skipped policy', 'active'], ['updated', 'active']],
	['upsert', 'deactivate', ['updated', 'inactive'], ['updated', 'active']],
	['upsert', 'delete', ['deleted', 'gone'], ['created', 'another']],
	['update', 'skip', ['skipped policy', 'active'], ['updated', 'active']],
	['update', 'deactivate', ['updated', 'inactive'], ['updated', 'active']],
	['update', 'delete', ['deleted', 'gone'], ['skipped notFound', 'gone']],
	['insert', 'skip', ['skipped policy', 'active'], ['rejected exists', 'active']],
	['insert', 'deactivate', ['updated', 'inactive'], ['rejected exists', 'inactive']],
	['insert', 'delete', ['deleted', 'gone'], ['created', 'another']],
	['delete', 'skip', ['skipped policy', 'gone'], ['skipped gone', 'gone']],
	['delete', 'deactivate', ['skipped gone', 'gone'], ['skipped gone', 'gone']],
	['delete', 'delete', ['skipped gone', 'gone'], ['skipped gone', 'gone']],
];

describe.each(cells)(
	'write mode %s, removed records %s (issue 6)',
	(writeMode, removedRecords, left, back) => {
		test.each(['by the remembered ID', 'by key'])('%s: left, and back again', async (way) => {
			const target = { ...contacts, writeMode, removedRecords };
			const id = org.insert('contact', { lastname: 'A', crmsync_externalid: 'a' });
			if (writeMode === 'delete') await writeAll(connect(org), target, [person('a')]);
			const row = (): Row => {
				const [found] = org.rows('contact');
				if (!found) return 'gone';
				if (found.contactid !== id) return 'another';
				return found.statecode === 0 ? 'active' : 'inactive';
			};
			const write = async (change: 'added' | 'removed') => {
				const known = way === 'by key' || change === 'added' ? {} : { id };
				const values = change === 'added' ? { lastname: 'B' } : {};
				const { results } = await writeAll(connect(org), target, [
					person('a', values, { change, ...known }),
				]);
				const [{ status, reason, error }] = results;
				return [[status, reason ?? error?.code].filter((part) => part).join(' '), row()];
			};
			expect(await write('removed')).toEqual(left);
			expect(await write('added')).toEqual(back);
			expect(org.rows('contact').length).toBeLessThanOrEqual(1);
		});
	},
);
