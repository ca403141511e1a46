-- Nullable and without a default: the release before this one goes on inserting as it did.
ALTER TABLE segmentations
  ADD COLUMN environment text,
  ADD COLUMN release text;
