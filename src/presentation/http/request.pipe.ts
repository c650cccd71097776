import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { getMetadataStorage, validate } from 'class-validator';
import { invalid, type FieldError } from './problem';

type Dto = abstract new () => object;

/**
 * Checks bodies and queries against their DTO. Nothing is converted, and nothing that the DTO does not declare passes.
 * It copies the declared properties itself: class-transformer silently drops some names, `constructor` among them.
 */
@Injectable()
export class RequestPipe implements PipeTransform {
  async transform(value: unknown, { type, metatype }: ArgumentMetadata): Promise<unknown> {
    if ((type !== 'body' && type !== 'query') || metatype === undefined) return value;
    const given = value ?? (value === undefined ? {} : value);
    if (!isObject(given)) throw invalid([{ field: type, reason: 'must be a JSON object' }]);
    const declared = declaredBy(metatype as Dto);
    const unknown = Object.keys(given).filter((name) => !declared.includes(name));
    const dto = Reflect.construct(metatype, []) as Record<string, unknown>;
    for (const name of declared) if (Object.hasOwn(given, name)) dto[name] = given[name];
    const errors = [...(await violations(dto)), ...unknown.map((name) => unknownProperty(name, type))];
    if (errors.length > 0) throw invalid(errors);
    return dto;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function declaredBy(dto: Dto): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', true, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))];
}

async function violations(dto: object): Promise<FieldError[]> {
  const found = await validate(dto, { stopAtFirstError: true, validationError: { target: false, value: false } });
  return found.map(({ property, constraints }) => ({
    field: property,
    reason: Object.values(constraints ?? {})[0] ?? 'is invalid',
  }));
}

function unknownProperty(name: string, type: 'body' | 'query'): FieldError {
  const reason = type === 'body' ? 'is not a property of this request' : 'is not a parameter of this request';
  return { field: name.slice(0, 100), reason };
}
