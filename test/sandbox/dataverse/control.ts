import type { Fault } from '../faults';
import type { Incoming, Reply } from '../httpServer';
import type { Effect } from './effects';
import type { DataverseSandbox } from './sandbox';

const PREFIX = '/__sandbox/';

const answer = (status: number, body: unknown): Reply => ({
	status,
	headers: { 'Content-Type': 'application/json' },
	body: JSON.stringify(body),
});

type Control = (sandbox: DataverseSandbox, name: string, body: Record<string, unknown>) => unknown;

function moveClock(sandbox: DataverseSandbox, body: Record<string, unknown>): unknown {
	if (typeof body.advance === 'number') sandbox.clock.advance(body.advance);
	if (typeof body.set === 'string' || typeof body.set === 'number') sandbox.clock.set(body.set);
	if (body.freeze === true) sandbox.clock.freeze();
	if (body.reset === true) sandbox.clock.reset();
	return { now: new Date(sandbox.clock.now()).toISOString() };
}

function addFault(sandbox: DataverseSandbox, body: Record<string, unknown>): unknown {
	const { effect } = body;
	if (typeof effect !== 'object' || effect === null || !('kind' in effect)) {
		throw new RangeError('A fault needs an effect with a kind.');
	}
	sandbox.faults.add(body as unknown as Fault<Effect>);
	return {};
}

function changeSettings(sandbox: DataverseSandbox, body: Record<string, unknown>): unknown {
	const present: Readonly<Record<string, unknown>> = { ...sandbox.settings };
	for (const [name, value] of Object.entries(body)) {
		if (name in present && typeof present[name] === typeof value) continue;
		throw new RangeError(`Setting ${name} has no value ${JSON.stringify(value)}`);
	}
	// Throws for a time zone nobody knows.
	if (typeof body.timeZone === 'string') Intl.DateTimeFormat('en', { timeZone: body.timeZone });
	return Object.assign(sandbox.settings, body);
}

const controls: Record<string, Control> = {
	'GET log': (sandbox) => sandbox.log,
	'GET rows': (sandbox, table) => sandbox.rows(table),
	'GET history': (sandbox, table) => sandbox.history(table),
	'GET switches': (sandbox) => sandbox.switches,
	'GET settings': (sandbox) => sandbox.settings,
	'POST settings': (sandbox, _name, body) => changeSettings(sandbox, body),
	'POST reset': (sandbox) => {
		sandbox.reset();
		return {};
	},
	'POST fault': (sandbox, _name, body) => addFault(sandbox, body),
	'POST switches': (sandbox, _name, body) => {
		sandbox.setSwitches(body);
		return sandbox.switches;
	},
	'POST clock': (sandbox, _name, body) => moveClock(sandbox, body),
	'POST insert': (sandbox, table, body) => ({ id: sandbox.insert(table, body) }),
};

/** The same knobs over HTTP, for other processes; undefined for every other path. */
export function serveControl(sandbox: DataverseSandbox, request: Incoming): Reply | undefined {
	if (!request.url.startsWith(PREFIX)) return undefined;
	const [command = '', name = ''] = request.url.slice(PREFIX.length).split('/');
	const control = controls[`${request.method} ${command}`];
	if (control === undefined) return answer(404, { error: `Unknown command ${command}` });
	try {
		const body = request.body === '' ? {} : (JSON.parse(request.body) as Record<string, unknown>);
		return answer(200, control(sandbox, decodeURIComponent(name), body));
	} catch (error) {
		return answer(400, { error: error instanceof Error ? error.message : String(error) });
	}
}
