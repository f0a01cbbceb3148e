/** A stand-in's switches: name → values, the default first. */
export type SwitchValues = Readonly<Record<string, readonly unknown[]>>;

/** The present value of each switch; set them at any time. */
export type SwitchSettings<Values extends SwitchValues> = {
	-readonly [Name in keyof Values]: Values[Name][number];
};

/** Every switch at its default. */
export const defaultsOf = <Values extends SwitchValues>(values: Values): SwitchSettings<Values> =>
	Object.fromEntries(
		Object.entries(values).map(([name, [first]]) => [name, first]),
	) as SwitchSettings<Values>;

/** Sets switches from untrusted input and refuses names and values that do not exist. */
export function setKnown(
	values: SwitchValues,
	switches: object,
	wanted: Readonly<Record<string, unknown>>,
): void {
	for (const [name, value] of Object.entries(wanted)) {
		if (Object.hasOwn(values, name) && values[name]?.includes(value) === true) continue;
		throw new RangeError(`Switch ${name} has no value ${JSON.stringify(value)}`);
	}
	Object.assign(switches, wanted);
}
