/** Lambda sets AWS_REGION; without it the SDK says that the region is missing, and asks no EC2 instance first. */
export const getInstanceMetadataRegion = async (): Promise<string | undefined> => undefined;
