const READS_ONLY = 'cashdesk:reads-only';

/** For a command that changes nothing. Every other one is an act of staff, and stands in the audit trail. */
export const ReadsOnly = (): ClassDecorator => (command) => {
  Reflect.defineMetadata(READS_ONLY, true, command);
};

export function readsOnly(command: object): boolean {
  return Reflect.getMetadata(READS_ONLY, command.constructor) === true;
}
