import type { SagaOwner } from '../../domain/saga/saga-events';
import type { StepResult } from '../../domain/saga/step-result';

/** What a step knows of the saga that it is a part of. */
export interface SagaContext {
  readonly sagaId: string;
  readonly subject: string;
  readonly about: SagaOwner;
  readonly startedBy: string;
}

/**
 * One step. It is run once at least: after a crash again, and while it waits at each look. So its effect must be keyed, by
 * a use case behind it that does the same thing once. No transaction is open while it runs.
 */
export interface SagaStepDefinition {
  readonly name: string;
  /** How long it may take before it is listed for a person, in milliseconds; null for as long as it likes. */
  readonly limit: number | null;
  /** What a person can do while it waits, or when it cannot go on. */
  readonly advice: (subject: string) => string;
  /** @throws GatewayUnavailable: it is run again later. */
  readonly run: (context: SagaContext) => Promise<StepResult>;
  /** Undoes what it did, in whole or in part: also of the step that failed. Left out where there is nothing to undo. */
  readonly compensate?: (context: SagaContext) => Promise<StepResult>;
}

/** One kind of saga. The names of its steps stand in the rows of those that run: a new version knows the old names too. */
export interface SagaDefinition {
  readonly kind: string;
  readonly steps: readonly SagaStepDefinition[];
  /** Asked when something wakes one that was completed: why what it came to holds no more, or null. */
  readonly overturned?: (subject: string) => Promise<string | null>;
}

/** Every kind of saga there is. */
export class SagaDefinitions {
  readonly #byKind: ReadonlyMap<string, SagaDefinition>;

  constructor(definitions: readonly SagaDefinition[]) {
    this.#byKind = new Map(definitions.map((definition) => [definition.kind, definition]));
  }

  of(kind: string): SagaDefinition {
    const definition = this.#byKind.get(kind);
    if (definition === undefined) throw new Error(`no saga of the kind ${kind} is known`);
    return definition;
  }

  step(kind: string, name: string): SagaStepDefinition {
    const step = this.of(kind).steps.find((each) => each.name === name);
    if (step === undefined) throw new Error(`a saga of the kind ${kind} has no step ${name}`);
    return step;
  }
}
