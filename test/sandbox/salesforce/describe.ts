import { isHidden, isReadOnly } from './fieldSecurity';
import { isCascading, isCompound } from './fields';
import type { Field, FieldType, ObjectType, PicklistValue } from './model';
import type { Session } from './org';
import { root } from './org';

type Json = Record<string, unknown>;

function urlsOf(session: Session, { name }: ObjectType): Record<string, string> {
	const sobject = `${root(session)}/sobjects/${name}`;
	return { sobject, describe: `${sobject}/describe`, rowTemplate: `${sobject}/{ID}` };
}

const summary = (session: Session, object: ObjectType): Json => ({
	activateable: false,
	createable: object.createable,
	custom: object.custom,
	customSetting: object.customSetting,
	deletable: object.deletable,
	deprecatedAndHidden: object.deprecatedAndHidden,
	feedEnabled: false,
	hasSubtypes: false,
	isInterface: false,
	isSubtype: false,
	keyPrefix: object.keyPrefix,
	label: object.label,
	labelPlural: object.labelPlural,
	layoutable: !object.setup,
	mergeable: false,
	mruEnabled: !object.setup,
	name: object.name,
	queryable: object.queryable,
	replicateable: object.replicateable,
	retrieveable: true,
	searchable: true,
	triggerable: true,
	undeletable: object.deletable,
	updateable: object.updateable,
	urls: urlsOf(session, object),
});

const visible = ({ org }: Session) =>
	org.schema.objects.filter(({ name }) => !org.permissions.hiddenObjects.has(name));

/** `GET /sobjects`. */
export const describeGlobal = (session: Session): Json => ({
	encoding: 'UTF-8',
	maxBatchSize: 200,
	sobjects: visible(session).map((object) => summary(session, object)),
});

const SOAP: Partial<Record<FieldType, string>> = {
	id: 'tns:ID',
	reference: 'tns:ID',
	boolean: 'xsd:boolean',
	int: 'xsd:int',
	double: 'xsd:double',
	currency: 'xsd:double',
	percent: 'xsd:double',
	date: 'xsd:date',
	datetime: 'xsd:dateTime',
	time: 'xsd:time',
	base64: 'xsd:base64Binary',
	address: 'urn:address',
	location: 'urn:location',
};

/** The values of a field in the order of the bits of `validFor`; a checkbox has two. */
const controlling = (field: Field | undefined): readonly string[] =>
	field?.type === 'boolean'
		? ['false', 'true']
		: (field?.picklistValues.map(({ value }) => value) ?? []);

/** A bitmap in base64, whole groups of it, the first controlling value in the highest bit. */
function validFor({ validFor: wanted }: PicklistValue, values: readonly string[]): string | null {
	if (wanted === undefined) return null;
	const bytes = new Uint8Array(Math.ceil(values.length / 24) * 3);
	values.forEach((value, at) => {
		if (wanted.includes(value)) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (0x80 >> (at & 7));
	});
	return Buffer.from(bytes).toString('base64');
}

/** What says which values of a picklist go with which of another field. */
function dependency({ fields }: ObjectType, { controllerName, picklistValues }: Field): Json {
	const values = controlling(fields.get(controllerName?.toLowerCase() ?? ''));
	return {
		controllerName: controllerName ?? null,
		dependentPicklist: controllerName !== undefined,
		picklistValues: picklistValues.map((each) => ({ ...each, validFor: validFor(each, values) })),
	};
}

/** A person's last name is required of persons alone, and describe has one word for all accounts (U26). */
const isNillable = ({ org }: Session, { nillable, kind }: Field): boolean =>
	nillable || (kind === 'person' && org.switches.personLastName === 'nillable');

function describeField(session: Session, object: ObjectType, field: Field): Json {
	const readOnly = isReadOnly(session.org, object, field);
	const nillable = isNillable(session, field);
	const grouped = !isCompound(field) && field.length <= 255;
	return {
		aggregatable: grouped,
		autoNumber: field.autoNumber !== undefined,
		byteLength: field.length * (field.type === 'reference' || field.type === 'id' ? 1 : 3),
		calculated: field.formula !== undefined,
		calculatedFormula: field.formula ?? null,
		cascadeDelete: field.createable && isCascading(field),
		caseSensitive: field.caseSensitive,
		compoundFieldName: field.compoundFieldName ?? null,
		createable: field.createable && !readOnly,
		custom: field.custom,
		defaultValue: field.type === 'boolean' ? (field.initial ?? false) : null,
		defaultValueFormula: null,
		defaultedOnCreate: field.defaultedOnCreate,
		deprecatedAndHidden: false,
		digits: field.digits,
		displayLocationInDecimal: false,
		encrypted: false,
		externalId: field.externalId,
		extraTypeInfo: field.type === 'textarea' ? 'plaintextarea' : null,
		filterable: field.filterable,
		filteredLookupInfo: null,
		groupable: grouped,
		highScaleNumber: false,
		htmlFormatted: field.htmlFormatted,
		idLookup: field.idLookup,
		inlineHelpText: null,
		label: field.label,
		length: field.length,
		mask: null,
		maskType: null,
		name: field.name,
		nameField: field.name === 'Name',
		namePointing: field.referenceTo.length > 1,
		nillable,
		permissionable: field.createable && nillable,
		...dependency(object, field),
		polymorphicForeignKey: field.referenceTo.length > 1,
		precision: field.precision,
		queryByDistance: isCompound(field),
		referenceTargetField: null,
		referenceTo: field.referenceTo,
		relationshipName: field.relationshipName ?? null,
		relationshipOrder: null,
		restrictedDelete: false,
		restrictedPicklist: field.restrictedPicklist,
		scale: field.scale,
		searchPrefilterable: field.type === 'reference',
		soapType: SOAP[field.type] ?? 'xsd:string',
		sortable: field.filterable,
		type: field.type,
		unique: field.unique,
		updateable: field.updateable && !readOnly,
		writeRequiresMasterRead: false,
	};
}

/** `developerName` by U13. */
function recordTypesOf(session: Session, object: ObjectType): Json[] {
	const named = session.org.switches.rtDeveloperName === 'v43' && session.version >= 43;
	const [first] = object.recordTypes;
	return object.recordTypes.map((type) => ({
		active: true,
		available: true,
		defaultRecordTypeMapping: type === first,
		...(named ? { developerName: type.developerName } : {}),
		master: type.master,
		name: type.name,
		recordTypeId: type.id,
		urls: {
			layout: `${root(session)}/sobjects/${object.name}/describe/layouts/${type.id}`,
		},
	}));
}

function childRelationships(session: Session, object: ObjectType): Json[] {
	return visible(session).flatMap((child) =>
		[...child.fields.values()]
			.filter(({ referenceTo }) => referenceTo.includes(object.name))
			.map((field) => ({
				cascadeDelete: field.createable && isCascading(field),
				childSObject: child.name,
				deprecatedAndHidden: child.deprecatedAndHidden,
				field: field.name,
				junctionIdListNames: [],
				junctionReferenceTo: [],
				relationshipName: null,
				restrictedDelete: false,
			})),
	);
}

/** `GET /sobjects/{Obj}/describe`: a field hidden from the user is not there (S8). */
export function describeObject(session: Session, object: ObjectType): Json {
	const { org } = session;
	return {
		...summary(session, object),
		childRelationships: childRelationships(session, object),
		fields: [...object.fields.values()]
			.filter((field) => !isHidden(org, object, field))
			.map((field) => describeField(session, object, field)),
		recordTypeInfos: recordTypesOf(session, object),
	};
}

/** `GET /sobjects/{Obj}`. */
export const objectInfo = (session: Session, object: ObjectType): Json => ({
	objectDescribe: summary(session, object),
	recentItems: [],
});
