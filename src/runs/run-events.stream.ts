import type { MessageEvent } from '@nestjs/common';
import { Observable } from 'rxjs';
import { FINAL_STATUSES, LaconicError, type RunEvent } from '../domain/index.js';
import type { RunsService } from './runs.service.js';

const POLL_MILLISECONDS = 500;

/**
 * Server-sent events of a run, read from its rows: a client that comes back with Last-Event-ID misses nothing,
 * whichever process it reaches. Progress is sent whenever it changed, and the stream ends with the run.
 */
export function runEventStream(runs: RunsService, runId: string, lastEventId: number): Observable<MessageEvent> {
  return new Observable((subscriber) => {
    let after = lastEventId;
    let shown = '';
    let open = true;
    const poll = async (): Promise<void> => {
      // Asked first: a run ends in one transaction with its last event, so whoever has seen the end will find the event.
      const progress = await runs.progress(runId);
      const events = await runs.events(runId, after);
      for (const event of events) {
        after = event.seq;
        subscriber.next(messageOf(event));
      }
      const text = JSON.stringify(progress);
      // Without an id of ours the framework would count its own, and a client would come back with that one.
      if (text !== shown) subscriber.next({ id: String(after), type: 'progress', data: progress });
      shown = text;
      const final = (FINAL_STATUSES as readonly string[]).includes(progress.status);
      if (final && events.length === 0) subscriber.complete();
      else again();
    };
    const loop = (): void => {
      poll().catch((error: unknown) => {
        // The rows will be there when the database is back.
        if (error instanceof LaconicError && error.code === 'database-unavailable') again();
        else subscriber.error(error);
      });
    };
    const again = (): void => {
      if (open) setTimeout(loop, POLL_MILLISECONDS);
    };
    loop();
    return () => {
      open = false;
    };
  });
}

function messageOf(event: RunEvent): MessageEvent {
  return { id: String(event.seq), type: event.type, data: { at: event.at, ...event.detail } };
}
