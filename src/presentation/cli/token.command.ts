import { Command, CommandRunner, Option } from 'nest-commander';
import { IssueToken } from '../../application/access/issue-token';
import { ROLES, type Role } from '../../application/access/principal';
import { wrongUsage } from './exit-codes';
import { oneOf, subjectIn } from './option-values';
import { Output } from './output';
import { ReadsOnly } from './reads-only';

interface Options {
  readonly role: Role;
  readonly subject?: string;
}

/** The sandbox's, which has nothing to do with the database. */
@ReadsOnly()
@Command({ name: 'token', description: 'print a token for trying things out, in the sandbox only' })
export class TokenCommand extends CommandRunner {
  constructor(
    private readonly issueToken: IssueToken,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], { role, subject }: Options): Promise<void> {
    const issued = await this.issueToken.execute({ role, subject: subject ?? null });
    if (!issued.ok) throw wrongUsage('A customer needs --subject: the subject by which they are recognised.');
    this.output.text(issued.value);
  }

  @Option({ flags: '--role <role>', description: 'who the bearer is', required: true, choices: [...ROLES] })
  parseRole(text: string): Role {
    return oneOf('--role', text, ROLES);
  }

  @Option({ flags: '--subject <sub>', description: "the token's sub; required for a customer" })
  parseSubject(text: string): string {
    return subjectIn(text);
  }
}
