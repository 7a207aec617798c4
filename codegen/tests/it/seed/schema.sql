CREATE SCHEMA shop;
CREATE TYPE kind AS ENUM ('small', 'medium', 'large');
CREATE TYPE size AS (width int, label text);
CREATE DOMAIN email AS text CHECK (VALUE ~ '^[a-z0-9.]+@[a-z]+\.(com|org)$');
CREATE DOMAIN code AS varchar(6) NOT NULL CHECK (VALUE <> '');
CREATE DOMAIN short_code AS code CHECK (length(VALUE) <= 4);

-- Its key is its name, and it holds few rows.
CREATE TABLE currencies (
    code char(3) PRIMARY KEY CHECK (code IN ('EUR', 'USD', 'JPY')),
    symbol text
);

CREATE TABLE shop.tenants (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL UNIQUE CHECK (name <> ''),
    currency char(3) NOT NULL REFERENCES currencies,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- A circle: a department has a head, who is of a department.
CREATE TABLE departments (
    id serial PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES shop.tenants,
    head_id bigint,
    title text NOT NULL,
    UNIQUE (tenant_id, title),
    UNIQUE (tenant_id, id)
);
CREATE TABLE employees (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    department_id int NOT NULL REFERENCES departments,
    manager_id bigint REFERENCES employees,
    mail email NOT NULL,
    badge short_code NOT NULL UNIQUE,
    born date CHECK (born > '1950-01-01' AND born < '2005-01-01'),
    salary numeric(8, 2) NOT NULL CHECK (salary > 1000 AND salary <= 9000.5),
    bonus numeric(8, 2) CHECK (bonus >= 0),
    rating smallint CHECK (rating BETWEEN 1 AND 5),
    grade "char",
    tags text[] NOT NULL DEFAULT '{}',
    profile jsonb NOT NULL,
    pay numeric GENERATED ALWAYS AS (salary + coalesce(bonus, 0)) STORED CHECK (pay < 12000)
);
CREATE UNIQUE INDEX employees_mail ON employees (lower(mail));
ALTER TABLE departments ADD CONSTRAINT departments_head FOREIGN KEY (head_id) REFERENCES employees;

CREATE TABLE products (
    tenant_id uuid NOT NULL REFERENCES shop.tenants,
    number int NOT NULL,
    kind kind NOT NULL,
    name varchar(20) NOT NULL,
    price money NOT NULL,
    dimensions size NOT NULL,
    discontinued boolean NOT NULL DEFAULT FALSE,
    PRIMARY KEY (tenant_id, number)
);

CREATE TABLE customers (
    id bigint NOT NULL,
    tenant_id uuid NOT NULL REFERENCES shop.tenants,
    phone text NOT NULL CHECK (phone ~ '^\+[1-9][0-9]{6,14}$'),
    language text NOT NULL,
    note text,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, phone)
);

-- Customer and product are of the order's tenant.
CREATE TABLE orders (
    id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    customer_id bigint NOT NULL,
    product_number int NOT NULL,
    state text NOT NULL CHECK (state = ANY (ARRAY['open', 'paid', 'sent'])),
    opened_at timestamptz NOT NULL,
    closed_at timestamptz CHECK (closed_at > opened_at),
    paid_by_card text,
    paid_in_cash text,
    FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id),
    FOREIGN KEY (tenant_id, product_number) REFERENCES products,
    CONSTRAINT one_way CHECK (num_nonnulls(paid_by_card, paid_in_cash) <= 1),
    CONSTRAINT open_is_unpaid CHECK (state <> 'open' OR num_nonnulls(paid_by_card, paid_in_cash) = 0)
);

CREATE TABLE addresses (
    id int PRIMARY KEY,
    employee_id bigint NOT NULL REFERENCES employees,
    is_main boolean NOT NULL,
    street text NOT NULL
);
CREATE UNIQUE INDEX one_main_address ON addresses (employee_id) WHERE is_main;

-- Both columns are foreign keys, and no pair is there twice.
CREATE TABLE favourites (
    employee_id bigint NOT NULL REFERENCES employees,
    department_id int NOT NULL REFERENCES departments,
    PRIMARY KEY (employee_id, department_id)
);
-- One row for each employee at most.
CREATE TABLE passports (employee_id bigint PRIMARY KEY REFERENCES employees, number text NOT NULL UNIQUE);

CREATE TABLE bookings (
    id int PRIMARY KEY,
    room int NOT NULL,
    during tstzrange NOT NULL,
    EXCLUDE USING gist (during WITH &&)
);

CREATE TABLE events (
    id bigint NOT NULL,
    at timestamptz NOT NULL,
    body json,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_other PARTITION OF events DEFAULT;
CREATE TABLE hits (id int NOT NULL, page text) PARTITION BY HASH (id);
CREATE TABLE hits_0 PARTITION OF hits FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE hits_1 PARTITION OF hits FOR VALUES WITH (MODULUS 2, REMAINDER 1);

CREATE TABLE everything (
    a smallint, b real, c double precision, d bytea, e time, f timetz, g interval, h inet, i cidr,
    j macaddr, k bit(5), l bit varying(7), m oid, n name, o point, p int4range, q daterange,
    r uuid[], s kind[], t tsvector, u int[] NOT NULL, v timestamp, w char, x size, y numeric,
    z "char" NOT NULL DEFAULT 'z', "Odd ""name" text NOT NULL CHECK (length("Odd ""name") > 3)
);
-- A row has to refer to another one of the same table; names that statements have, too.
CREATE TABLE nodes (i int PRIMARY KEY, part int NOT NULL REFERENCES nodes, t text);
CREATE TABLE defaults_only (at timestamptz DEFAULT now(), twice int GENERATED ALWAYS AS (2) STORED);
