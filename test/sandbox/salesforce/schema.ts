import type { Field, ObjectType } from './model';
import { standardObjects } from './objects';

/** All objects of the organisation; names are matched ignoring case. */
export class Schema {
	readonly #objects = new Map<string, ObjectType>();
	/** Object → relationship name → its lookup field, all lower-case. */
	readonly #relations = new Map<string, Map<string, Field>>();

	constructor() {
		for (const object of standardObjects()) this.addObject(object);
	}

	get objects(): ObjectType[] {
		return [...this.#objects.values()];
	}

	addObject(object: ObjectType): void {
		const relations = new Map<string, Field>();
		for (const field of object.fields.values()) {
			if (field.relationshipName) relations.set(field.relationshipName.toLowerCase(), field);
		}
		this.#objects.set(object.name.toLowerCase(), object);
		this.#relations.set(object.name, relations);
	}

	find(name: string): ObjectType | undefined {
		return this.#objects.get(name.toLowerCase());
	}

	named(name: string): ObjectType {
		const object = this.find(name);
		if (object === undefined) throw new RangeError(`There is no object ${name}`);
		return object;
	}

	/** The object an id belongs to, by its first three characters. */
	byPrefix(id: string): ObjectType | undefined {
		return this.objects.find(({ keyPrefix }) => id.startsWith(keyPrefix));
	}

	/** The lookup behind a relationship name such as `Account` or `Boss__r`. */
	relation(object: ObjectType, name: string): Field | undefined {
		return this.#relations.get(object.name)?.get(name.toLowerCase());
	}

	/** What an administrator does behind the client's back; undefined removes the field. */
	changeField(objectName: string, name: string, change: Partial<Field> | undefined): void {
		const object = this.named(objectName);
		const field = object.fields.get(name.toLowerCase());
		if (field === undefined) throw new RangeError(`Object ${objectName} has no field ${name}`);
		const fields = new Map(object.fields);
		if (change === undefined) fields.delete(name.toLowerCase());
		else fields.set(name.toLowerCase(), { ...field, ...change });
		this.addObject({ ...object, fields });
	}

	addField(objectName: string, field: Field): void {
		const object = this.named(objectName);
		const fields = new Map(object.fields).set(field.name.toLowerCase(), field);
		this.addObject({ ...object, fields });
	}
}
