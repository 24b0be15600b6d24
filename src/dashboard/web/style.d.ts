// Styles are imported for their effect; the bundle collects them.
declare module '*.css';
