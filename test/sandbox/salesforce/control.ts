import type { Control } from '../control';
import { addFault, changeSettings, moveClock, serveControls } from '../control';
import type { Incoming, Reply } from '../httpServer';
import type { Feature } from './features';
import type { SalesforceSandbox } from './sandbox';

const controls: Record<string, Control<SalesforceSandbox>> = {
	'GET log': (sandbox) => sandbox.log,
	'GET rows': (sandbox, object) => sandbox.rows(object),
	'GET history': (sandbox, object) => sandbox.history(object),
	'GET switches': (sandbox) => sandbox.switches,
	'GET settings': (sandbox) => sandbox.settings,
	'POST settings': (sandbox, _name, body) => changeSettings(sandbox.settings, body),
	'POST reset': (sandbox) => {
		sandbox.reset();
		return {};
	},
	'POST fault': (sandbox, _name, body) => addFault(sandbox.faults, body),
	'POST switches': (sandbox, _name, body) => {
		sandbox.setSwitches(body);
		return sandbox.switches;
	},
	'POST clock': (sandbox, _name, body) => moveClock(sandbox, body),
	'POST insert': (sandbox, object, body) => ({ id: sandbox.insert(object, body) }),
	'POST seed': (sandbox, object, { rows }) => {
		if (!Array.isArray(rows)) throw new RangeError('A seed needs a list of rows.');
		return { ids: sandbox.seed(object, rows as Array<Record<string, unknown>>) };
	},
	'POST enable': (sandbox, feature) => {
		sandbox.enable(feature as Feature);
		return {};
	},
	'POST revoke': (sandbox) => {
		sandbox.revokeTokens();
		return {};
	},
};

/** The stand-in's knobs over HTTP, for other processes; undefined for every other path. */
export const serveControl = (sandbox: SalesforceSandbox, request: Incoming): Reply | undefined =>
	serveControls(controls, sandbox, request);
