import type { Response } from 'supertest';

/** What of a problem+json body a test may rely on; fails where one of its parts is missing or says too much. */
export function problemOf(response: Response): { status: number; code: unknown; where: unknown; text: string } {
  expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
  const body = JSON.parse(response.text) as Record<string, unknown>;
  expect(body).toMatchObject({
    type: `urn:laconic:problem:${String(body['code'])}`,
    title: expect.any(String),
    status: response.status,
    detail: expect.stringMatching(/\S/),
    hint: expect.stringMatching(/\S/),
    where: expect.stringMatching(/\S/),
    instance: expect.stringMatching(/^\//),
  });
  expect(response.text).not.toMatch(/\bat \S+ \(|node_modules|\.[jt]s:\d|SELECT |INSERT |relation|SQLSTATE|Exception/);
  return { status: response.status, code: body['code'], where: body['where'], text: response.text };
}
