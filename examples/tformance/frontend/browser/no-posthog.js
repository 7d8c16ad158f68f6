// What a page has of posthog-js where it is blocked.
export default undefined;
