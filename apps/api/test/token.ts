export * from '@holdfast/auth/testing';
