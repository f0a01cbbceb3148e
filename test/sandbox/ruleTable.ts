/** Rule number → title → check. */
export type RuleTable = Readonly<
	Record<string, Readonly<Record<string, () => Promise<void> | void>>>
>;

/** Turns a table of rules into tests whose names cite the rule, such as `dataverse:S-16`. */
export function testRules(contract: string, table: RuleTable): void {
	for (const [rule, checks] of Object.entries(table)) {
		describe(`${contract}:${rule}`, () => {
			for (const [title, check] of Object.entries(checks)) {
				test(title, async () => {
					await check();
				});
			}
		});
	}
}
