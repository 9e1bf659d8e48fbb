/**
 * Event patterns that AWS refuses, each with AWS's reason and the column that it names. Sources: the recorded answers of
 * localstack/localstack, test_events_patterns.py (TestEventPattern) and test_sns_filter_policy.py
 * (TestSNSFilterPolicyConditions), and github aws/event-ruler, which EventBridge and SNS read patterns with.
 */
const AT: readonly (readonly [pattern: string, reason: string, column: number])[] = [
  ['["a"]', "Filter is not an object", 2],
  ["{}", "Empty objects are not allowed", 3],
  ['{"a":{}}', "Empty objects are not allowed", 8],
  ['{"a":[]}', "Empty arrays are not allowed", 8],
  ['{"a": 42}', '"a" must be an object or an array', 9],
  ['{"a": "x"}', '"a" must be an object or an array', 8],
  ['{"a":{"suffix":"x","prefix":"y"}}', '"suffix" must be an object or an array', 17],
  ['{"a":[["x"]]}', "Match value must be String, number, true, false, or null", 8],
  ['{"a":[{}]}', "Match expression name not found", 9],
  ['{"a":[{"like":true}]}', "Unrecognized match type like", 19],
  ['{"a":[{"EXISTS":true}]}', "Unrecognized match type EXISTS", 21],
  ['{"a":[{"suffix":"x","prefix":"y"}]}', "Only one key allowed in match expression", 31],
  ['{"a":[{"suffix":100}]}', "suffix match pattern must be a string", 20],
  ['{"a":[{"suffix":["x"]}]}', "suffix match pattern must be a string", 18],
  ['{"a":[{"prefix":null}]}', "prefix match pattern must be a string", 21],
  ['{"a":[{"cidr":["x"]}]}', "prefix match pattern must be a string", 16],
  ['{"a":[{"wildcard":1}]}', "wildcard match pattern must be a string", 20],
  ['{"a":[{"wildcard":"x**"}]}', "Consecutive wildcard characters at pos 2", 24],
  ['{"a":[{"equals-ignore-case":["x"]}]}', "equals-ignore-case match pattern must be a string", 30],
  ['{"a":[{"exists":"no"}]}', "exists match pattern must be either true or false.", 18],
  ['{"a":[{"exists":null}]}', "exists match pattern must be either true or false.", 21],
  ['{"a":[{"numeric":10}]}', "Value of numeric must be an array.", 20],
  ['{"a":[{"numeric":[]}]}', "Invalid member in numeric match: ]", 20],
  ['{"a":[{"numeric":[1,"<="]}]}', "Invalid member in numeric match: 1", 20],
  ['{"a":[{"numeric":["about"]}]}', "Unrecognized numeric range operator: about", 27],
  ['{"a":[{"numeric":["=","000"]}]}', "Value of equals must be numeric", 24],
  ['{"a":[{"numeric":[">="]}]}', "Value of >= must be numeric", 24],
  ['{"a":[{"numeric":[">","20"]}]}', "Value of > must be numeric", 24],
  ['{"a":[{"numeric":["<",100,">",10]}]}', "Too many elements in numeric expression", 28],
  ['{"a":[{"numeric":[">",20,30]}]}', "Bad value in numeric range: 30", 28],
  ['{"a":[{"numeric":[">=",1,">",2]}]}', "Bad numeric range operator: >", 29],
  ['{"a":[{"numeric":[">",20,"<","30"]}]}', "Value of < must be numeric", 31],
  ['{"a":[{"numeric":[">",20,"<="]}]}', "Value of <= must be numeric", 31],
  ['{"a":[{"numeric":[">",3,"<",1]}]}', "Bottom must be less than top", 31],
  ['{"a":[{"numeric":[">",20,"<",30,"<",5]}]}', "Too many terms in numeric range expression", 34],
  [
    '{"a":[{"anything-but":null}]}',
    "Value of anything-but must be an array or single string/number value.",
    27,
  ],
  [
    '{"a":[{"anything-but":["x",1]}]}',
    "Either all values are number or all values are string in anything-but list",
    30,
  ],
  ['{"a":[{"anything-but":{"exists":false}}]}', "Unsupported anything-but pattern: exists", 38],
  ['{"a":[{"anything-but":{"prefix":1}}]}', "prefix/suffix match pattern must be a string", 34],
  ['{"a":[{"anything-but":{"suffix":""}}]}', "Null prefix/suffix not allowed", 35],
  [
    '{"a":[{"anything-but":{"prefix":{"equals-ignore-case":"x"}}}]}',
    "Value of anything-but must be an array or single string/number value.",
    34,
  ],
  [
    '{"a":[{"anything-but":{"equals-ignore-case":1}}]}',
    "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
    46,
  ],
  ['{"a":[{"anything-but":{"wildcard":1}}]}', "wildcard match pattern must be a string", 36],
  [
    "this is no JSON",
    "Unrecognized token 'this': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    5,
  ],
  [
    "{'a': 1}",
    "Unexpected character (''' (code 39)): was expecting double-quote to start field name",
    2,
  ],
  [
    '{"a": closed"',
    "Unrecognized token 'closed': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    13,
  ],
];

/** What is wrong inside a list says its place twice. */
const TWICE: readonly (readonly [pattern: string, reason: string, column: number])[] = [
  [
    '{"a":[{"anything-but":["x",null]}]}',
    "Inside anything but list, start|null|boolean is not supported.",
    32,
  ],
  [
    '{"a":[{"anything-but":{"prefix":[1,"x"]}}]}',
    "prefix/suffix match pattern must be a string",
    35,
  ],
  ['{"a":[{"anything-but":{"wildcard":[1]}}]}', "wildcard match pattern must be a string", 37],
];

/** Reasons without a place. */
const NOWHERE: readonly (readonly [pattern: string, reason: string])[] = [
  ['{"a":[{"cidr":"10.0.0.0"}]}', "Malformed CIDR, one '/' required"],
  ['{"a":[{"cidr":"10.0.0.0/x"}]}', "Malformed CIDR, mask bits must be an integer"],
  ['{"a":[{"cidr":"xx.11.xx/8"}]}', "Nonstandard IP address: xx.11.xx"],
  ['{"a":[{"cidr":"xxxx:db8::/64"}]}', "Nonstandard IP address: xxxx:db8::"],
  [
    '{"a":[{"wildcard":"*:*:*:*:*:b/*"}]}',
    "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character",
  ],
];

const place = (pattern: string, column: number) =>
  `\n at [Source: (String)"${pattern}"; line: 1, column: ${column}]`;

/** Patterns and the whole reason for which each is refused. */
export const REFUSED: readonly (readonly [pattern: string, reason: string])[] = [
  ...AT.map(([pattern, reason, column]) => [pattern, reason + place(pattern, column)] as const),
  ...TWICE.map(
    ([pattern, reason, column]) =>
      [pattern, reason + place(pattern, column) + place(pattern, column)] as const,
  ),
  ...NOWHERE,
];
