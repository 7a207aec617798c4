--!
SELECT 1;

--! unknown_param (nobody?)
SELECT id FROM customers WHERE phone = :phone;

--! type
SELECT id FROM customer;

SELECT 1;
