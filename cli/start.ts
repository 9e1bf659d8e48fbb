import "local-aws/command-line";
