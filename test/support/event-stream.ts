export interface ServerEvent {
  readonly id: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

/** A client of server-sent events that shows the ids, which `EventSource` keeps to itself. */
export class EventStream {
  private readonly controller = new AbortController();

  constructor(
    private readonly url: string,
    private readonly lastEventId?: string,
  ) {}

  /** Ends with the server's stream. */
  async *events(): AsyncGenerator<ServerEvent> {
    const response = await fetch(this.url, {
      headers: this.lastEventId === undefined ? {} : { 'Last-Event-ID': this.lastEventId },
      signal: this.controller.signal,
    });
    if (!response.ok || !response.body) throw new Error(`${response.status} ${await response.text()}`);
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const event = parsed(text.slice(0, end));
        text = text.slice(end + 2);
        if (event) yield event;
      }
    }
  }

  async all(): Promise<ServerEvent[]> {
    const seen: ServerEvent[] = [];
    for await (const event of this.events()) seen.push(event);
    return seen;
  }

  /** Reads up to and including the event, then hangs up. */
  async upTo(wanted: (event: ServerEvent) => boolean): Promise<ServerEvent[]> {
    const seen: ServerEvent[] = [];
    for await (const event of this.events()) {
      seen.push(event);
      if (wanted(event)) break;
    }
    this.close();
    return seen;
  }

  close(): void {
    this.controller.abort();
  }
}

function parsed(block: string): ServerEvent | null {
  const field = (name: string): string[] =>
    block
      .split('\n')
      .filter((line) => line.startsWith(`${name}: `))
      .map((line) => line.slice(name.length + 2));
  const data = field('data').join('\n');
  return data === ''
    ? null
    : { id: field('id')[0] ?? '', type: field('event')[0] ?? 'message', data: JSON.parse(data) as ServerEvent['data'] };
}
