import { DatabaseSync } from 'node:sqlite';

import type { Stop } from '../../shared/core/guard';
import { bindEnvironment, bindSync } from '../../shared/state/binding';
import type { Identity, Owner, StateChange, Store } from '../../shared/state/store';
import { identity, member, owner } from './builders';
import { moves, storeFixture } from './storeFixture';

const { newFile, openStore } = storeFixture();
/** A duplicated workflow: its nodes keep their ids. */
const copy: Owner = { workflowId: 'w2', nodeId: 'n1', label: 'the node "Diff" of the copy' };

const nobody = () => {
	throw new Error('Nobody approves');
};
const syncIn = async (store: Store, name = 'people') => (await store.find(name))!;

/** A sync that its first compare has bound. */
const bound = async (changes: Partial<Identity> = {}, file = newFile()) => {
	const store = openStore(file);
	await bindSync(store, 'people', { owner, identity: { ...identity(), ...changes } }, nobody);
	return { store, file };
};

/** A run that moved the state and has ended. */
const moved = async (store: Store, change: StateChange) => {
	const sync = await syncIn(store);
	expect(await store.takeLease(sync, 'r1', 'process')).toBe(true);
	await store.write(sync, 'r1', change);
	const times = { startedAt: 0, endedAt: 0, message: '', counts: {} };
	await store.endRun(sync, { ...times, id: 'r1', execution: '1', state: 'completed' });
};
const accepted = async (store: Store) => await moved(store, { members: moves(member('ann')) });

describe('the owner of a sync (design:R14)', () => {
	/** What a person is shown who has not approved the takeover. */
	const refused = async (store: Store, by = copy, name = 'people', is = identity()) => {
		const lift = jest.fn<void, [Stop, string]>().mockImplementation(nobody);
		const work = bindSync(store, name, { owner: by, identity: is }, lift);
		await expect(work).rejects.toThrow('Nobody approves');
		expect(lift).toHaveBeenCalledTimes(1);
		const [stop, code] = lift.mock.calls[0]!;
		return { stop, code };
	};
	const takenOver = async (store: Store, by = copy, is = identity()) => {
		const lift = jest.fn();
		await bindSync(store, 'people', { owner: by, identity: is }, lift);
		expect(lift).toHaveBeenCalledTimes(1);
	};

	it('is the node that uses its name first', async () => {
		const { store } = await bound({ destination: 'contacts' });
		const is = { ...identity(), destination: 'contacts' };
		expect(await syncIn(store)).toMatchObject({ owner, identity: is, environment: '' });
	});

	it('is not asked in its later runs, and nothing is written for them (design:R1)', async () => {
		const { store } = await bound();
		await accepted(store);
		const before = await syncIn(store);
		const write = jest.spyOn(store, 'bind');
		await bindSync(store, 'people', { owner: { ...owner }, identity: identity() }, nobody);
		expect(write).not.toHaveBeenCalled();
		expect(await syncIn(store)).toEqual(before);
	});

	it.each<[string, Owner]>([
		['a copy of its workflow', copy],
		['another node of its workflow', { workflowId: 'w1', nodeId: 'n2', label: 'Second' }],
	])('is named to %s, which may not use the sync', async (_, by) => {
		const { store } = await bound();
		await accepted(store);
		const before = await syncIn(store);
		expect((await refused(store, by)).stop).toEqual({
			kind: 'takeover',
			numbers: [],
			message:
				'The sync "people" belongs to the node "Diff". Two nodes on one sync would undo each other\'s removals; a copied workflow needs a Sync Name of its own.',
		});
		expect(await syncIn(store)).toEqual(before);
	});

	it('hands the sync over with all it knows, and must then ask itself', async () => {
		const { store } = await bound();
		await accepted(store);
		await takenOver(store);
		const sync = await syncIn(store);
		expect(sync.owner).toEqual(copy);
		expect((await store.load(sync)).members.size).toBe(1);
		await bindSync(store, 'people', { owner: copy, identity: identity() }, nobody);
		expect((await refused(store, owner)).stop.message).toContain(`belongs to ${copy.label}.`);
	});

	it('keeps a sync whose takeover nobody approved, also from starting anew', async () => {
		const { store } = await bound();
		const before = await syncIn(store);
		await refused(store, copy, 'people', identity('exact'));
		expect(await syncIn(store)).toEqual(before);
	});

	it('keeps a sync that was built with another key, whatever was approved', async () => {
		const { store } = await bound();
		await accepted(store);
		const before = await syncIn(store);
		await expect(takenOver(store, copy, identity('exact'))).rejects.toThrow('Key Comparison');
		expect(await syncIn(store)).toEqual(before);
	});

	it('may change together with the key while nothing was accepted', async () => {
		const { store } = await bound();
		await takenOver(store, copy, identity('exact'));
		expect(await syncIn(store)).toMatchObject({ owner: copy, identity: identity('exact') });
	});

	it('takes one code, void once the state or the owner has moved (design:R9)', async () => {
		const { store } = await bound();
		await bindSync(store, 'firms', { owner, identity: identity() }, nobody);
		const codes = [(await refused(store)).code, (await refused(store, copy, 'firms')).code];
		expect((await refused(store)).code).toBe(codes[0]);
		await accepted(store);
		codes.push((await refused(store)).code);
		await takenOver(store);
		codes.push((await refused(store, owner)).code);
		expect(new Set(codes).size).toBe(4);
	});
});

describe('what a sync was built with (design:R14)', () => {
	const pair = { keyFields: ['email', 'land'] };
	const landFirst = { keyFields: ['land', 'email'] };
	const [toContacts, toLeads] = [{ destination: 'contacts' }, { destination: 'leads' }];
	const exact = { keyComparison: 'exact' } as const;
	const foreign = 'a node that is not from this package';
	const knows = (was: string, is: string) =>
		`knows what is at ${was}; the writer downstream is now ${is}`;
	const claim = async (store: Store, is: Partial<Identity>) =>
		await bindSync(store, 'people', { owner, identity: { ...identity(), ...is } }, nobody);

	it.each<[string, Partial<Identity>, Partial<Identity>, string]>([
		['another order', pair, landFirst, 'was built with the key email, land, not land, email'],
		['fewer key fields', pair, {}, 'was built with the key email, land, not email'],
		['another Key Comparison', {}, exact, 'was built with another Key Comparison'],
		['another table', toContacts, toLeads, knows('contacts', 'leads')],
		['a foreign node', toContacts, {}, knows('contacts', foreign)],
		['no foreign node', {}, toLeads, knows(foreign, 'leads')],
	])('refuses %s, and nothing is lost', async (_, was, is, message) => {
		const { store } = await bound(was);
		await accepted(store);
		const before = await syncIn(store);
		await expect(claim(store, is)).rejects.toMatchObject({
			name: 'SyncError',
			code: 'config',
			message: `The sync "people" ${message}`,
			details: {
				hint: 'Set it back, or choose a new Sync Name: its first run compares with nothing and sends every record.',
			},
		});
		expect(await syncIn(store)).toEqual(before);
		expect((await store.load(before)).members.size).toBe(1);
		await claim(store, was);
	});

	it('may change while nothing was accepted, and what was only offered is forgotten', async () => {
		const { store } = await bound(pair);
		const tried = member('ann', { fingerprint: undefined, doubt: 'added' });
		await moved(store, { members: moves(tried), keyless: 2 });
		await claim(store, toLeads);
		const sync = await syncIn(store);
		expect(sync).toMatchObject({ owner, keyless: 0 });
		expect(sync.identity).toEqual({ ...identity(), ...toLeads });
		expect((await store.load(sync)).members.size).toBe(0);
	});

	it('may not change when the destination may still have a record', async () => {
		const { store } = await bound();
		const leaving = { fingerprint: undefined, doubt: 'removed', leaving: true } as const;
		await moved(store, { members: moves(member('ann', leaving)) });
		await expect(claim(store, pair)).rejects.toThrow('was built with the key email');
	});

	it('may not change under a run that is at work', async () => {
		const { store } = await bound();
		await store.takeLease(await syncIn(store), 'r1', 'process');
		const before = await syncIn(store);
		await expect(claim(store, pair)).rejects.toThrow('was built with the key email');
		expect(await syncIn(store)).toEqual(before);
	});
});

describe('the environment of a sync (design:R14)', () => {
	const sandbox = 'https://sandbox.example';
	const production = 'https://production.example';
	const hint = 'Set the credential back, or choose a new Sync Name for the other environment.';
	/** As a run sees it that was opened before any writer had bound an environment. */
	const opened = async (store: Store) => {
		const sync = await syncIn(store);
		return { store, sync, state: await store.load(sync) };
	};

	it('is that of its first writer, also when something was accepted before', async () => {
		for (const prepare of [async () => {}, accepted]) {
			const { store } = await bound();
			await prepare(store);
			await bindEnvironment(await opened(store), sandbox);
			expect((await syncIn(store)).environment).toBe(sandbox);
		}
	});

	it('may be put right while nothing was accepted', async () => {
		const { store } = await bound();
		await bindEnvironment(await opened(store), sandbox);
		await bindEnvironment(await opened(store), production);
		expect((await syncIn(store)).environment).toBe(production);
	});

	it('is kept against a credential of another one, as the store knows it by now', async () => {
		const { store } = await bound();
		await accepted(store);
		const run = await opened(store);
		await bindEnvironment(run, sandbox);
		await expect(bindEnvironment(run, production)).rejects.toMatchObject({
			name: 'SyncError',
			code: 'config',
			message: `The sync "people" knows what is at ${sandbox}; this node's credential points at ${production}`,
			details: { hint },
		});
		expect((await syncIn(store)).environment).toBe(sandbox);
	});

	it('lets its own writers pass, and writes nothing for them', async () => {
		const { store } = await bound();
		await accepted(store);
		await bindEnvironment(await opened(store), sandbox);
		const write = jest.spyOn(store, 'bindEnvironment');
		await bindEnvironment(await opened(store), sandbox);
		expect(write).not.toHaveBeenCalled();
	});

	it('stops no writer of a sync that was forgotten meanwhile: its confirms tell', async () => {
		const { store, file } = await bound();
		await accepted(store);
		const run = await opened(store);
		const database = new DatabaseSync(file);
		database.exec('PRAGMA foreign_keys = OFF; DELETE FROM sync');
		database.close();
		await bindEnvironment(run, sandbox);
		expect(await store.find('people')).toBeUndefined();
		await expect(store.write(run.sync, 'r1', {})).rejects.toThrow('has taken over');
	});
});
