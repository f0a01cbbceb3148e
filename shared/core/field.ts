/** What values a field holds, in words all systems share. */
export type FieldType =
	| 'string'
	| 'integer'
	| 'decimal'
	| 'boolean'
	| 'date'
	| 'dateTime'
	| 'choice'
	| 'multiChoice'
	| 'lookup'
	| 'id'
	| 'other';

/** One value of a choice: what people read, and what the system stores. */
export interface FieldOption {
	readonly label: string;
	readonly value: string | number | boolean;
}

/** A field of an object, with everything a mapping needs to know about it. */
export interface FieldInfo {
	/** Technical name, as requests use it. */
	readonly name: string;
	readonly label: string;
	readonly type: FieldType;
	/** A record cannot be created without it. */
	readonly required: boolean;
	readonly creatable: boolean;
	/** False with `creatable`: written on insert only. */
	readonly updatable: boolean;
	/** Characters, for strings. */
	readonly maxLength?: number;
	/** Digits after the decimal point, for decimals. */
	readonly precision?: number;
	/** Bounds of a number, both included. */
	readonly minimum?: number;
	readonly maximum?: number;
	/** Values of a choice or a boolean. */
	readonly options?: readonly FieldOption[];
	/** A choice that takes values beside its options too. */
	readonly openOptions?: boolean;
	/** Objects a lookup may point at. */
	readonly targets?: readonly string[];
	/** A lookup whose parent may also be named by a text: the writer finds it. */
	readonly byName?: boolean;
	/** Ids of this field are Salesforce's: 15 characters count as well, and become 18. */
	readonly shortIds?: boolean;
	/** Records can be looked up by its values. */
	readonly searchable?: boolean;
}
