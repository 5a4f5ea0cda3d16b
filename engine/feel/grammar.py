"""The grammar of FEEL (DMN 1.3, chapter 10.3.1.2), read by lark's LALR parser."""

from __future__ import annotations

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedToken

from engine.feel.errors import MAX_DEPTH, MAX_TEXT, FeelError, FeelProblem
from engine.feel.lexer import FeelLexer, Source

Node = Tree[Token]

_GRAMMAR = r"""
?expression: disjunction
    | IF expression THEN expression ELSE expression -> if_expression
    | FOR iterators RETURN expression -> for_expression
    | (SOME | EVERY) iterators SATISFIES expression -> quantified
    | FUNCTION LPAR [parameters] RPAR expression -> function_definition
iterators: iterator (COMMA iterator)*
iterator: NAME IN expression [RANGE expression]
parameters: parameter (COMMA parameter)*
parameter: NAME [COLON type]

?disjunction: conjunction (OR conjunction)*
?conjunction: comparison (AND comparison)*
?comparison: sum
    | sum (EQ | NE | LT | LE | GT | GE) sum -> comparison
    | sum BETWEEN sum AND sum -> between
    | sum IN in_tests -> in_expression
    | sum INSTANCE type -> instance_of
in_tests: sum -> value_test
    | sided_test
    | LPAR sided_test (COMMA test)* RPAR -> tests
    | LPAR first_test COMMA test (COMMA test)* RPAR -> tests
first_test: expression -> value_test
sided_test: (EQ | NE | LT | LE | GT | GE) sum
?test: sided_test | first_test

?sum: product ((PLUS | MINUS) product)*
?product: power ((STAR | SLASH) power)*
?power: negation (POW negation)*
?negation: MINUS negation | postfix
?postfix: primary
    | postfix DOT NAME -> path
    | postfix LBRACK expression RBRACK -> filter
    | postfix LPAR [arguments] RPAR -> call
?arguments: expression (COMMA expression)* -> positional
    | named (COMMA named)* -> by_name
named: NAME COLON expression

?primary: NUMBER -> number
    | STRING -> string
    | TRUE -> true
    | FALSE -> false
    | NULL -> null
    | AT STRING -> at
    | NAME -> name
    | LPAR expression RPAR -> parentheses
    | LBRACK [expression (COMMA expression)*] RBRACK -> list
    | LBRACE [entry (COMMA entry)*] RBRACE -> context
    | (LPAR | LBRACK | OPEN_START) expression RANGE expression (RPAR | RBRACK | OPEN_END) -> range
entry: (NAME | STRING) COLON expression

type: NAME [LT type (COMMA type)* GT] | FUNCTION

unary_tests: test (COMMA test)* -> tests
    | NOT LPAR test (COMMA test)* RPAR -> not_tests

%declare IF THEN ELSE FOR RETURN SOME EVERY IN SATISFIES AND OR BETWEEN FUNCTION TRUE FALSE NULL
%declare INSTANCE NOT NAME NUMBER STRING POW RANGE NE LE GE LT GT EQ PLUS MINUS STAR SLASH DOT
%declare COMMA COLON LPAR RPAR LBRACK RBRACK LBRACE RBRACE AT OPEN_START OPEN_END
"""

_parser = Lark(
    _GRAMMAR,
    parser="lalr",
    lexer=FeelLexer,
    start=["expression", "unary_tests"],
    maybe_placeholders=False,
)


def parse(source: Source) -> Node:
    """Parse an expression or, for ``source.unary``, the tests of a table cell.

    :raises FeelError: with the place of the trouble
    """
    if len(source.text) > MAX_TEXT:
        raise FeelError(
            FeelProblem.TOO_LONG, f"an expression has at most {MAX_TEXT} characters", MAX_TEXT
        )
    start = "unary_tests" if source.unary else "expression"
    try:
        tree = _parser.parse(source, start=start)
    except UnexpectedToken as error:
        raise _syntax_error(error.token, source) from error
    _check_depth(tree)
    return tree


def _syntax_error(token: Token, source: Source) -> FeelError:
    if token.type == "$END":
        message = "the expression ends too early" if source.text.strip() else "it is empty"
        return FeelError(FeelProblem.UNEXPECTED_END, message, len(source.text))
    return FeelError(FeelProblem.SYNTAX, f"did not expect {str(token)[:40]!r}", token.start_pos)


def first_position(node: Node) -> int | None:
    """Return where ``node`` begins, as near as its tokens tell."""
    part: Node | Token = node
    while isinstance(part, Tree) and part.children:
        part = part.children[0]
    return part.start_pos if isinstance(part, Token) else None


def size(node: Node) -> int:
    """Return the number of parts of ``node``; evaluating it once costs about that many steps."""
    return sum(1 for _ in node.iter_subtrees())


def _check_depth(tree: Node) -> None:
    level, depth = [tree], 0
    while level:
        depth += 1
        level = [child for node in level for child in node.children if isinstance(child, Tree)]
        if depth > MAX_DEPTH and level:
            raise FeelError(
                FeelProblem.TOO_DEEP,
                f"an expression nests at most {MAX_DEPTH} levels",
                first_position(level[0]),
            )
