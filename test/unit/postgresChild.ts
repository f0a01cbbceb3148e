import type { PostgresAccess } from '../../shared/state/postgresAccess';
import { PostgresStore } from '../../shared/state/postgresStore';
import { openRun } from '../../shared/state/registry';
import type { LiveRun } from '../../shared/state/liveRun';
import { LeaseLostError } from '../../shared/state/store';

/** What the parent asks of a worker of n8n: the answer is one text. */
export type Errand =
	| { readonly do: 'open'; readonly access: PostgresAccess; readonly prefix: string }
	| { readonly do: 'beat' }
	| { readonly do: 'write'; readonly keys: readonly string[] };

let store: PostgresStore | undefined;
let run: LiveRun | undefined;

async function answer(errand: Errand): Promise<string> {
	if (errand.do === 'open') {
		store = new PostgresStore(errand.access, { schema: 'public', prefix: errand.prefix });
		run = await openRun({
			store,
			sync: 'people',
			execution: '7',
			keepRecords: false,
			parkAfter: 3,
			now: Date.now,
			onEnd: () => undefined,
		});
		return run?.id ?? 'refused';
	}
	if (!store || !run) return 'not open';
	if (errand.do === 'beat') await store.beat(run.sync, run.id);
	else await store.write(run.sync, run.id, { members: membersOf(errand.keys) });
	return 'done';
}

const membersOf = (keys: readonly string[]) =>
	new Map(
		keys.map((key) => [key, { key, fingerprint: 1n, fields: new Map([['a', 1]]), leaving: false }]),
	);

process.on('message', (errand: Errand) => {
	answer(errand)
		.catch((error: unknown) => (error instanceof LeaseLostError ? 'lost' : String(error)))
		.then((text) => process.send?.(text))
		.catch(() => process.exit(1));
});
process.on('disconnect', () => process.exit(0));
