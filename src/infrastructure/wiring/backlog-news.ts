import { Logger } from '@nestjs/common';
import type { BacklogNews } from '../../application/job/watch-backlog';

/** One line when work begins to pile up, and one when it has been done. */
export function tellOfBacklog(news: BacklogNews | null): void {
  if (news === null) return;
  const { waiting, dead, oldest } = news.figures;
  const figures = { waiting, dead, oldestSeconds: Math.round(oldest) };
  const logger = new Logger('jobs');
  if (news.kind === 'begun') logger.warn({ msg: 'jobs need to be looked at', ...figures, what: news.concern.text });
  else logger.log({ msg: 'jobs are worked on as they come again', ...figures });
}
