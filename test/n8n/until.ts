import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something that must come; fails with its name when it does not. */
export async function until(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
	const limit = Date.now() + 120_000;
	while (!(await is())) {
		if (Date.now() > limit) throw new Error(`In vain: waiting until ${what}`);
		await sleep(50);
	}
}
