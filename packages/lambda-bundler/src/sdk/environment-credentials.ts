interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

interface NoCredentials {
  expiration?: undefined;
}

class CredentialsProviderError extends Error {
  override readonly name = "CredentialsProviderError";
}

const FIVE_MINUTES = 300_000;

export const credentialsWillNeedRefresh = (credentials: Credentials | NoCredentials): boolean =>
  credentials.expiration !== undefined;

export const credentialsTreatedAsExpired = (credentials: Credentials | NoCredentials): boolean =>
  credentials.expiration !== undefined &&
  credentials.expiration.getTime() - Date.now() < FIVE_MINUTES;

/**
 * The credentials that Lambda puts into the environment of a function. No profile, container, instance or
 * single sign-on is asked.
 *
 * @throws CredentialsProviderError when the environment has none.
 */
export const defaultProvider = (): (() => Promise<Credentials>) => {
  let known: Credentials | undefined;
  return async () => {
    if (!known || credentialsTreatedAsExpired(known)) known = fromEnvironment();
    return known;
  };
};

function fromEnvironment(): Credentials {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_CREDENTIAL_EXPIRATION: expiration,
  } = process.env;
  if (!accessKeyId || !secretAccessKey) {
    throw new CredentialsProviderError(
      "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set, and this bundle takes credentials from nowhere else; set them, as Lambda does",
    );
  }
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken && { sessionToken }),
    ...(expiration && { expiration: new Date(expiration) }),
  };
}
