import 'reflect-metadata';
import { getMetadataStorage } from 'class-validator';
import { readSettings, Settings } from '../../src/infrastructure/settings/settings';

const NAMES = [
  ...new Set(
    getMetadataStorage()
      .getTargetValidationMetadatas(Settings, '', false, false)
      .map(({ propertyName }) => propertyName),
  ),
];

it('there are settings to look at', () => {
  expect(NAMES).toEqual(expect.arrayContaining(['PORT', 'SHUTDOWN_NOTICE_MS', 'DATABASE_URL']));
});

/** A wrong value is refused, so that a setting that nobody reads is seen. */
it.each(NAMES)('%s is read', (name) => {
  let settings: Partial<Record<string, unknown>>;
  try {
    settings = readSettings({ [name]: '\u0001' }) as object;
  } catch (error) {
    expect(String(error)).toContain(name);
    return;
  }
  expect(settings[name]).toBe('\u0001');
});
