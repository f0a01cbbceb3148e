import type { Control } from '../control';
import { addFault, changeSettings, moveClock, serveControls } from '../control';
import type { Incoming, Reply } from '../httpServer';
import type { DataverseSandbox } from './sandbox';

const controls: Record<string, Control<DataverseSandbox>> = {
	'GET log': (sandbox) => sandbox.log,
	'GET rows': (sandbox, table) => sandbox.rows(table),
	'GET history': (sandbox, table) => sandbox.history(table),
	'GET switches': (sandbox) => sandbox.switches,
	'GET settings': (sandbox) => sandbox.settings,
	'POST settings': (sandbox, _name, body) => {
		// Throws for a time zone nobody knows.
		if (typeof body.timeZone === 'string') Intl.DateTimeFormat('en', { timeZone: body.timeZone });
		return changeSettings(sandbox.settings, body);
	},
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
	'POST insert': (sandbox, table, body) => ({ id: sandbox.insert(table, body) }),
};

/** The same knobs over HTTP, for other processes; undefined for every other path. */
export const serveControl = (sandbox: DataverseSandbox, request: Incoming): Reply | undefined =>
	serveControls(controls, sandbox, request);
