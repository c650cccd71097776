const READS_ONLY = 'cashdesk:reads-only';

/**
 * For a command that changes nothing. Every other one is an act of staff, and stands in the audit trail.
 * @param option where only this option, as in `dryRun`, keeps it from changing anything.
 */
export const ReadsOnly =
  (option?: string): ClassDecorator =>
  (command) => {
    Reflect.defineMetadata(READS_ONLY, option ?? true, command);
  };

export function readsOnly(command: object, options: Readonly<Record<string, unknown>>): boolean {
  const declared: unknown = Reflect.getMetadata(READS_ONLY, command.constructor);
  return declared === true || (typeof declared === 'string' && options[declared] === true);
}
