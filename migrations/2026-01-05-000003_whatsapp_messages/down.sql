DROP TABLE whatsapp_messages;
DROP TYPE message_status;
DROP TYPE message_direction;
