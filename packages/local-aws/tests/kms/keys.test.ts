import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Mailbox } from "../../src/kernel/mailbox.ts";
import type { ServiceError } from "../../src/kernel/service-error.ts";
import { KmsKeys } from "../../src/services/kms/kms-keys.ts";
import { kmsResourceTypes } from "../../src/services/kms/resources.ts";
import { Sns } from "../../src/services/sns/service.ts";
import { ROLE, testKernel } from "../support/test-kernel.ts";

const test = suite("KMS");
const PLACE = {
  account: "000000000000",
  region: "eu-central-1",
  awsEndpoint: "http://127.0.0.1:4566",
  apiEndpoint: "http://localhost:3000",
  secret: "test",
};
const TOPIC = "arn:aws:sns:eu-central-1:000000000000:alerts";

function computed(type: string, name: string, inputs: Record<string, unknown>) {
  const found = kmsResourceTypes.find((it) => it.type === type);
  if (!found) throw new Error(`no type ${type}`);
  const { id, outputs } = found.compute({ name, inputs, generatedName: `${name}-0000000` }, PLACE);
  return { urn: name, type, name, id, inputs, outputs };
}

function encryptedTopic() {
  const { kernel, deny } = testKernel();
  const sns = new Sns(kernel, new Mailbox());
  kernel.dispatcher.register(sns);
  const keys = new KmsKeys(kernel);
  const key = computed("aws:kms/key:Key", "alerts", {});
  keys.provisionKey(key);
  sns.createTopic(TOPIC, "", keys.keyArn(key.id));
  const publish = async () => {
    const input = { TopicArn: TOPIC, Message: "hi" };
    const caller = { kind: "role", roleArn: ROLE, sessionName: "s" } as const;
    try {
      await kernel.dispatcher.call("sns", "Publish", input, caller);
      return "published";
    } catch (error) {
      return (error as ServiceError).code;
    }
  };
  return { keys, key, publish, deny };
}

test("a role that publishes to an encrypted topic needs the key too", async () => {
  const { publish, deny } = encryptedTopic();
  assert.is(await publish(), "published");
  deny("kms:GenerateDataKey");
  assert.is(await publish(), "KMSAccessDenied");
});

test("a role's grant is nothing where the key's policy leaves out the account", async () => {
  const { keys, key, publish } = encryptedTopic();
  const policyFor = (principal: string) => {
    const Statement = [
      { Effect: "Allow", Principal: { AWS: principal }, Action: "kms:*", Resource: "*" },
    ];
    const policy = JSON.stringify({ Version: "2012-10-17", Statement });
    const inputs = { keyId: key.id, policy };
    keys.provisionKeyPolicy(computed("aws:kms/keyPolicy:KeyPolicy", "policy", inputs));
  };
  policyFor("arn:aws:iam::000000000000:role/other");
  assert.is(await publish(), "KMSAccessDenied");
  policyFor(ROLE);
  assert.is(await publish(), "published");
});

test("a key is found by its id, its ARN, an alias and the alias's ARN", () => {
  const { keys, key } = encryptedTopic();
  const alias = computed("aws:kms/alias:Alias", "alerts", {
    name: "alias/alerts",
    targetKeyId: key.id,
  });
  keys.provisionAlias(alias);
  const arn = String(key.outputs["arn"]);
  assert.match(arn, /^arn:aws:kms:eu-central-1:000000000000:key\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-/);
  const references = [key.id, arn, "alias/alerts", String(alias.outputs["arn"])];
  assert.equal(
    references.map((it) => keys.keyArn(it)),
    Array(4).fill(arn),
  );
  assert.is(alias.outputs["targetKeyArn"], arn);
});

test("an alias may not pose as one of AWS's, nor point nowhere", () => {
  const { keys, key } = encryptedTopic();
  const alias = (name: string, targetKeyId: string) => () =>
    keys.provisionAlias(computed("aws:kms/alias:Alias", "a", { name, targetKeyId }));
  assert.throws(alias("alias/aws/sns", key.id), /^a: the alias alias\/aws\/sns must be/);
  assert.throws(alias("alias/x", "nowhere"), /^a: the program declares no KMS key nowhere$/);
});

test.run();
