/** A step into a document: a name, a `#name` placeholder, or a list's index. */
export type PathStep = string | number;

/** A document path. As it was written, its names may be placeholders; once bound, they are attributes' names. */
export type Path = readonly PathStep[];

export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">=";

/** An expression as it was written, its placeholders not yet filled in. */
export type SyntaxNode =
  | { kind: "path"; path: Path }
  | { kind: "value"; name: string }
  | { kind: "call"; name: string; args: SyntaxNode[] }
  | { kind: "compare"; operator: Comparator; left: SyntaxNode; right: SyntaxNode }
  | { kind: "between"; operand: SyntaxNode; low: SyntaxNode; high: SyntaxNode }
  | { kind: "in"; operand: SyntaxNode; list: SyntaxNode[] }
  | { kind: "and" | "or"; left: SyntaxNode; right: SyntaxNode }
  | { kind: "not"; operand: SyntaxNode }
  | { kind: "arithmetic"; operator: "+" | "-"; left: SyntaxNode; right: SyntaxNode };

/** One action of an update, as it was written. */
export interface UpdateSyntax {
  section: "SET" | "REMOVE" | "ADD" | "DELETE";
  path: Path;
  /** What a SET, ADD or DELETE works with. */
  value?: SyntaxNode;
}

/** What is wrong with an expression, in DynamoDB's wording, without the expression's kind in front. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
}
