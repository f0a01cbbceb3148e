import { parseRegexLiteral, safeRegex } from 'n8n-workflow';

import type { Rewriting } from '../../shared/core/replacement/rules';

/**
 * Replaces every match of a regular expression, under the time limit n8n gives its own filters (250 ms), so that
 * a bad pattern cannot hang the server. `/text/i` may carry flags.
 */
export function rewrite(pattern: string, text: string, replacement: string): Rewriting {
	const { source, flags } = parseRegexLiteral(pattern);
	const all = flags.includes('g') ? flags : `${flags}g`;
	try {
		return safeRegex.test(source, text, all)
			? { text: safeRegex.replace(source, text, all, replacement) }
			: {};
	} catch (error) {
		// n8n runs patterns in a realm of its own, whose errors are no instances of our Error.
		return { problem: String(error).replace(/^\w*Error: /u, '') };
	}
}
