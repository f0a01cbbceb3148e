import type { Clock } from './clock';
import type { Fault, Faults } from './faults';
import type { Incoming, Reply } from './httpServer';

const PREFIX = '/__sandbox/';

/** One command of a stand-in's control page: the rest of its path and its JSON body in, JSON out. */
export type Control<Sandbox> = (
	sandbox: Sandbox,
	name: string,
	body: Record<string, unknown>,
) => unknown;

const answer = (status: number, body: unknown): Reply => ({
	status,
	headers: { 'Content-Type': 'application/json' },
	body: JSON.stringify(body),
});

/** Moves the stand-in's clock as the body asks. */
export function moveClock({ clock }: { readonly clock: Clock }, body: Record<string, unknown>) {
	if (typeof body.advance === 'number') clock.advance(body.advance);
	if (typeof body.set === 'string' || typeof body.set === 'number') clock.set(body.set);
	if (body.freeze === true) clock.freeze();
	if (body.reset === true) clock.reset();
	return { now: new Date(clock.now()).toISOString() };
}

/** Arms the fault in the body. */
export function addFault<Effect>(faults: Faults<Effect>, body: Record<string, unknown>): unknown {
	const { effect } = body;
	if (typeof effect !== 'object' || effect === null || !('kind' in effect)) {
		throw new RangeError('A fault needs an effect with a kind.');
	}
	faults.add(body as unknown as Fault<Effect>);
	return {};
}

/** Changes settings that exist, each to a value of its own type. */
export function changeSettings(settings: object, body: Record<string, unknown>): unknown {
	const present: Readonly<Record<string, unknown>> = { ...settings };
	for (const [name, value] of Object.entries(body)) {
		if (name in present && typeof present[name] === typeof value) continue;
		throw new RangeError(`Setting ${name} has no value ${JSON.stringify(value)}`);
	}
	return Object.assign(settings, body);
}

/** A stand-in's knobs over HTTP, for other processes; undefined for every other path. */
export function serveControls<Sandbox>(
	controls: Readonly<Record<string, Control<Sandbox>>>,
	sandbox: Sandbox,
	request: Incoming,
): Reply | undefined {
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
