CREATE TYPE mood AS ENUM ('calm', 'o''clock');
CREATE SEQUENCE receipt_numbers INCREMENT BY 5;
CREATE FUNCTION doubled(value int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT value * 2';
CREATE TABLE customers (id text PRIMARY KEY, name text COLLATE "C" UNIQUE);
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  number serial,
  receipt bigint DEFAULT nextval('receipt_numbers'),
  customer text NOT NULL REFERENCES customers DEFERRABLE,
  price int NOT NULL DEFAULT doubled(2),
  quantity int NOT NULL CHECK (quantity > 0),
  total int GENERATED ALWAYS AS (price * quantity) STORED,
  later int GENERATED ALWAYS AS (price + 1) VIRTUAL,
  mood mood DEFAULT 'calm',
  tags text[] NOT NULL DEFAULT '{}',
  "a Column" numeric(10, 2),
  during tstzrange,
  created_at timestamptz NOT NULL DEFAULT now(),
  dropped int,
  EXCLUDE USING gist (during WITH &&)
) WITH (fillfactor = 80);
ALTER TABLE orders DROP COLUMN dropped;
CREATE UNIQUE INDEX one_open_order ON orders (customer) WHERE mood = 'calm';
CREATE INDEX by_double ON orders (doubled(price), created_at DESC) INCLUDE (quantity);
CREATE UNLOGGED TABLE scratch (self int PRIMARY KEY, parent int REFERENCES scratch);
CREATE TABLE events (at date NOT NULL, kind text, PRIMARY KEY (at)) PARTITION BY RANGE (at);
CREATE TABLE a_partition PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX events_kind ON events (kind);
CREATE VIEW z_view AS SELECT customer, sum(total) AS total FROM orders GROUP BY customer;
CREATE VIEW a_view_of_views AS SELECT * FROM z_view WHERE total > 0;
CREATE MATERIALIZED VIEW frozen AS SELECT * FROM a_view_of_views;
CREATE UNIQUE INDEX frozen_customer ON frozen (customer);
CREATE FUNCTION newest_order() RETURNS SETOF orders LANGUAGE sql AS 'SELECT * FROM orders ORDER BY id DESC LIMIT 1';
CREATE FUNCTION is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT sum(total) FROM orders) < 0 THEN RAISE EXCEPTION 'it''s not balanced'; END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION is_balanced();
CREATE TRIGGER off BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION is_balanced();
ALTER TABLE orders DISABLE TRIGGER off;
REVOKE UPDATE, DELETE, TRUNCATE ON customers FROM CURRENT_USER;
