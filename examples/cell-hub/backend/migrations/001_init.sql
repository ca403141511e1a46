CREATE TABLE segmentations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
  cells integer NOT NULL DEFAULT 0 CHECK (cells >= 0),
  created_at timestamptz NOT NULL DEFAULT now()
);
