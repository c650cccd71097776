import { SubCommand } from 'nest-commander';
import { SealedTexts, type ResealProgress } from '../../application/shared/sealed-texts';
import { failed } from './exit-codes';
import { JsonCommand, type JsonOptions } from './json-command';
import { Output } from './output';

/** A line for so many texts. */
const TELL_EVERY = 10_000;

@SubCommand({
  name: 'rotate',
  description: 'seal all texts under the newest key; may be ended at any time, and goes on where it was',
})
export class EncryptionRotateCommand extends JsonCommand {
  constructor(
    private readonly texts: SealedTexts,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], { json }: JsonOptions): Promise<void> {
    let unopened = 0;
    const sealed = await this.texts.reseal(this.progress(), (what) => {
      unopened += 1;
      this.output.problem(what);
    });
    const { newestKey } = this.texts;
    if (json === true) this.output.json({ newestKey, sealed, unopened });
    else this.output.text(`${String(sealed)} texts were sealed anew under ${newestKey}.`);
    if (unopened > 0)
      throw failed(
        `${String(unopened)} texts could not be opened and stay as they are: put their keys into ENCRYPTION_KEYS.`,
      );
  }

  private progress(): (progress: ResealProgress) => void {
    const told = new Map<string, number>();
    return ({ column, sealed }) => {
      if (sealed - (told.get(column) ?? 0) < TELL_EVERY) return;
      told.set(column, sealed);
      this.output.progress(`${column}: ${String(sealed)} so far`);
    };
  }
}
