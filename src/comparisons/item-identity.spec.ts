import type { Item } from '../domain/index.js';
import { identifyItems } from './item-identity.js';

function item(id: string, changes: Partial<Item> = {}): Item {
  return {
    dataset: 'sums',
    id,
    question: '1 + 1',
    answer: '2',
    check: { type: 'integer' },
    level: null,
    cluster: null,
    prompt: null,
    contentHash: id,
    ...changes,
  };
}

function identity(changes: Partial<Item>, id = 'a'): string {
  return identifyItems([item(id, changes)]).identityOf(changes.dataset ?? 'sums', id);
}

describe('identifyItems', () => {
  it('tells items by data set, question and reference, whatever they are called', () => {
    expect(identity({}, 'a')).toBe(identity({}, 'b'));
    expect(identity({ level: 3, check: { type: 'text' } })).toBe(identity({}));
    const apart = [identity({}), identity({ dataset: 'more' }), identity({ question: '2' }), identity({ answer: '3' })];
    expect(new Set(apart).size).toBe(apart.length);
  });

  it('keeps the occurrences of one problem apart, in their order', () => {
    const twice = identifyItems([item('a'), item('b'), item('c')]);
    const again = identifyItems([item('x'), item('y')]);
    expect(twice.byIdentity.size).toBe(3);
    expect(again.identityOf('sums', 'y')).toBe(twice.identityOf('sums', 'b'));
  });

  it('does not take the parts of one item for those of another', () => {
    expect(identity({ question: '1,"2' })).not.toBe(identity({ question: '1', answer: '2","2' }));
    expect(() => identifyItems([]).identityOf('sums', 'a')).toThrow(RangeError);
  });
});
