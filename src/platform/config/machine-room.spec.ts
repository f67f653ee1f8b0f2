import { availableBytes } from './machine-room.js';

const STATISTICS = 'anon 700\ninactive_anon 5\nfile 900\ninactive_file 200\nactive_file 700\n';

describe('availableBytes', () => {
  it.each([0, 2 ** 64, 5000])('is what the machine answers when the limit is %d of 5000 bytes', (limitBytes) => {
    expect(availableBytes({ availableBytes: 4000, limitBytes, totalBytes: 5000 }, STATISTICS)).toBe(4000);
  });

  it('adds to a container’s memory the pages of files that it gives up at once, never above its limit', () => {
    const container = { limitBytes: 1000, totalBytes: 5000 };
    expect(availableBytes({ ...container, availableBytes: 300 }, STATISTICS)).toBe(500);
    expect(availableBytes({ ...container, availableBytes: 900 }, STATISTICS)).toBe(1000);
    expect(availableBytes({ ...container, availableBytes: 300 }, '')).toBe(300);
  });
});
